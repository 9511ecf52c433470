package dev.sana4j.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The instruction that SANA's text encoder reads before every prompt. It makes a language model
 * without fine-tuning attend to visible content.
 *
 * <p>Source: "SANA: Efficient High-Resolution Image Synthesis with Linear Diffusion Transformers",
 * section on the complex human instruction. The wording is the default of the reference pipeline.
 */
public final class ComplexHumanInstruction {

  private static final String RESOURCE = "complex_human_instruction.txt";
  private static final String TEXT = read();

  private ComplexHumanInstruction() {}

  /**
   * Returns the default instruction: lines joined by newlines, ending in a space before the prompt.
   *
   * @return the text
   */
  public static String text() {
    return TEXT;
  }

  private static String read() {
    try (InputStream in = ComplexHumanInstruction.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new TextException("the sana4j-text jar does not contain " + RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE, e);
    }
  }
}
