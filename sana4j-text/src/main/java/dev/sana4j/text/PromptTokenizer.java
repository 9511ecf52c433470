package dev.sana4j.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Turns prompts into the token sequences that SANA's text encoder reads.
 *
 * <p>A conditional prompt is converted to lower case, stripped and appended to the instruction. The
 * sequence has as many positions as the instruction plus {@code maxLength - 2}. Longer prompts are
 * truncated, shorter ones are padded on the right. The first and the last {@code maxLength - 1}
 * outputs of the encoder are selected, which drops the outputs of the instruction (as in the public
 * diffusers pipeline {@code pipeline_sana.py}). An unconditional prompt has no instruction and
 * {@code maxLength} positions.
 *
 * <p>The caller owns the tokenizer and closes it. Instances are thread-safe.
 */
public final class PromptTokenizer {

  /** The sequence length of the published models. */
  public static final int DEFAULT_MAX_LENGTH = 300;

  /** Maximum number of characters of a prompt or an instruction. */
  public static final int MAX_PROMPT_CHARS = 100_000;

  /** The context length of Gemma 2. */
  private static final int MAX_POSITIONS = 8192;

  private final Tokenizer tokenizer;
  private final int maxLength;
  private final String instruction;
  private final boolean cleanCaption;
  private final int conditionalLength;
  private final int[] instructionIds;

  private PromptTokenizer(Builder builder) {
    this.tokenizer = builder.tokenizer;
    this.maxLength = builder.maxLength;
    this.instruction = builder.instruction;
    this.cleanCaption = builder.cleanCaption;
    this.instructionIds = instruction.isEmpty() ? new int[0] : tokenizer.encode(instruction);
    this.conditionalLength =
        instruction.isEmpty() ? maxLength : instructionIds.length + maxLength - 2;
    if (conditionalLength < 1 || conditionalLength > MAX_POSITIONS) {
      throw new TextException(
          "instruction and prompt together would take "
              + conditionalLength
              + " tokens; expected 1 to "
              + MAX_POSITIONS);
    }
  }

  /**
   * Returns a builder with the defaults: {@value #DEFAULT_MAX_LENGTH} positions, no instruction, no
   * cleaning.
   *
   * @param tokenizer the tokenizer to use; the caller closes it
   * @return a builder
   */
  public static Builder builder(Tokenizer tokenizer) {
    return new Builder(tokenizer);
  }

  /**
   * Tokenizes the prompt that guidance follows, preceded by the instruction.
   *
   * @param prompt the prompt, at most {@value #MAX_PROMPT_CHARS} characters
   * @return instruction tokens + maxLength - 2 positions, of which maxLength are selected
   * @throws TextException if the prompt is too long
   */
  public PromptTokens conditional(String prompt) {
    return tokens(instruction + prepare(prompt, "prompt"), conditionalLength, instructionIds);
  }

  /**
   * Tokenizes the negative prompt, without the instruction.
   *
   * @param negativePrompt the negative prompt, may be empty, at most {@value #MAX_PROMPT_CHARS}
   *     characters
   * @return maxLength positions, all selected
   * @throws TextException if the prompt is too long
   */
  public PromptTokens unconditional(String negativePrompt) {
    return tokens(prepare(negativePrompt, "negative prompt"), maxLength, new int[0]);
  }

  /**
   * Returns the number of positions that are selected for the diffusion transformer.
   *
   * @return the number of positions
   */
  public int maxLength() {
    return maxLength;
  }

  private String prepare(String prompt, String name) {
    checkLength(prompt, name);
    return cleanCaption
        ? CaptionCleaner.clean(prompt)
        : Whitespace.strip(prompt.toLowerCase(Locale.ROOT));
  }

  private PromptTokens tokens(String text, int length, int[] before) {
    int[] encoded = tokenizer.encode(text);
    int kept = Math.min(encoded.length, length);
    int[] ids = Arrays.copyOf(encoded, length);
    Arrays.fill(ids, kept, length, tokenizer.padId());
    int[] mask = new int[length];
    Arrays.fill(mask, 0, kept, 1);
    int[] selection =
        IntStream.concat(IntStream.of(0), IntStream.range(length - maxLength + 1, length))
            .toArray();
    return new PromptTokens(ids, mask, selection, shared(before, ids, kept), encoded.length - kept);
  }

  /**
   * Returns the number of instruction tokens that all prompts share. The last one is excluded
   * because the prompt's first letters may merge with it.
   */
  private static int shared(int[] before, int[] ids, int kept) {
    int all = Math.max(0, before.length - 1);
    return all < kept && Arrays.equals(before, 0, all, ids, 0, all) ? all : 0;
  }

  private static void checkLength(String text, String name) {
    if (text.length() > MAX_PROMPT_CHARS) {
      throw new TextException(
          "the "
              + name
              + " has "
              + text.length()
              + " characters; expected at most "
              + MAX_PROMPT_CHARS);
    }
  }

  /** The settings of a {@link PromptTokenizer}. */
  public static final class Builder {

    private final Tokenizer tokenizer;
    private int maxLength = DEFAULT_MAX_LENGTH;
    private String instruction = "";
    private boolean cleanCaption;

    private Builder(Tokenizer tokenizer) {
      this.tokenizer = tokenizer;
    }

    /**
     * Sets the number of positions that the diffusion transformer receives.
     *
     * @param length 1 to 8192; default {@value PromptTokenizer#DEFAULT_MAX_LENGTH}
     * @return this builder
     * @throws TextException if the length is out of range
     */
    public Builder maxLength(int length) {
      if (length < 1 || length > MAX_POSITIONS) {
        throw new TextException(
            "the maximum sequence length "
                + length
                + " is out of range; expected 1 to "
                + MAX_POSITIONS);
      }
      this.maxLength = length;
      return this;
    }

    /**
     * Sets the text before every conditional prompt, for example {@link
     * ComplexHumanInstruction#text()}.
     *
     * @param text the instruction; empty for none, which is the default
     * @return this builder
     * @throws TextException if the instruction is too long
     */
    public Builder instruction(String text) {
      checkLength(text, "instruction");
      this.instruction = text;
      return this;
    }

    /**
     * Sets whether {@link CaptionCleaner} cleans prompts.
     *
     * @param clean true to clean; the default is false
     * @return this builder
     */
    public Builder cleanCaption(boolean clean) {
      this.cleanCaption = clean;
      return this;
    }

    /**
     * Creates the prompt tokenizer and tokenizes the instruction.
     *
     * @return the prompt tokenizer
     * @throws TextException if instruction and prompt together exceed the limit of the encoder
     */
    public PromptTokenizer build() {
      return new PromptTokenizer(this);
    }
  }
}
