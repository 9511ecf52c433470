package dev.sana4j.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The instruction that SANA's text encoder reads before every prompt, so that a language model
 * without fine-tuning attends to what can be seen.
 *
 * <p>Source: "SANA: Efficient High-Resolution Image Synthesis with Linear Diffusion Transformers",
 * section on the complex human instruction; the wording is the default of the reference pipeline.
 */
public final class ComplexHumanInstruction {

  private static final String RESOURCE = "complex_human_instruction.txt";
  private static final String TEXT = read();

  private ComplexHumanInstruction() {}

  /**
   * Returns the stock instruction: lines joined by newlines, ending in a space after which the
   * prompt follows.
   *
   * @return the text
   */
  public static String text() {
    return TEXT;
  }

  private static String read() {
    try (InputStream in = ComplexHumanInstruction.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new TextException("the jar of sana4j-pipeline lacks " + RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE, e);
    }
  }
}
