package dev.sana4j.text;

import java.util.Arrays;
import java.util.Objects;

/**
 * A tokenized prompt for the text encoder.
 *
 * <p>The encoder reads all {@code ids}. The diffusion transformer only receives the encoder's
 * outputs at {@code selection}, which skips the instruction before the prompt. The constructor and
 * the accessors copy the arrays.
 *
 * @param ids the token ids, (length), padded on the right
 * @param mask 1 for a token and 0 for padding, (length)
 * @param selection the positions kept after encoding, (maxLength), starting with the leading
 *     special token
 * @param shared the number of leading ids that all prompts with the same instruction share
 * @param dropped the number of tokens at the end of the prompt that exceed the limit
 */
@SuppressWarnings("ArrayRecordComponent") // copied by the constructor and the accessors
public record PromptTokens(int[] ids, int[] mask, int[] selection, int shared, int dropped) {

  /**
   * Checks and copies the arrays.
   *
   * @param ids the token ids, (length), padded on the right
   * @param mask 1 for a token and 0 for padding, (length)
   * @param selection the positions kept after encoding, (maxLength)
   * @param shared the number of leading ids that other prompts share
   * @param dropped the number of tokens that exceed the limit
   * @throws TextException if ids and mask differ in length, or a selected position is out of range
   */
  public PromptTokens {
    if (ids.length != mask.length) {
      throw new TextException(ids.length + " token ids, but a mask of " + mask.length);
    }
    for (int position : selection) {
      if (position < 0 || position >= ids.length) {
        throw new TextException(
            "selected position " + position + " is outside " + ids.length + " tokens");
      }
    }
    ids = ids.clone();
    mask = mask.clone();
    selection = selection.clone();
  }

  /**
   * Returns a copy of the token ids.
   *
   * @return the ids, (length)
   */
  @Override
  public int[] ids() {
    return ids.clone();
  }

  /**
   * Returns a copy of the mask: 1 for a token, 0 for padding.
   *
   * @return the mask, (length)
   */
  @Override
  public int[] mask() {
    return mask.clone();
  }

  /**
   * Returns a copy of the positions that are kept after encoding.
   *
   * @return the positions, (maxLength)
   */
  @Override
  public int[] selection() {
    return selection.clone();
  }

  /**
   * Returns the mask at the selected positions.
   *
   * @return 1 for a token and 0 for padding, (maxLength)
   */
  public int[] selectedMask() {
    return Arrays.stream(selection).map(position -> mask[position]).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PromptTokens tokens
        && Arrays.equals(ids, tokens.ids)
        && Arrays.equals(mask, tokens.mask)
        && Arrays.equals(selection, tokens.selection)
        && shared == tokens.shared;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        Arrays.hashCode(ids), Arrays.hashCode(mask), Arrays.hashCode(selection), shared);
  }

  @Override
  public String toString() {
    long tokens = Arrays.stream(mask).filter(bit -> bit == 1).count();
    return "PromptTokens["
        + tokens
        + " tokens in "
        + ids.length
        + " positions, "
        + selection.length
        + " selected]";
  }
}
