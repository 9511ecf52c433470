package dev.sana4j.text;

import java.util.Arrays;
import java.util.Objects;

/**
 * A prompt as the text encoder reads it.
 *
 * <p>The encoder reads all {@code ids}; the diffusion transformer then sees only the encoder's
 * outputs at {@code selection}, which leaves out the instruction before the prompt. The arrays are
 * copied on the way in and out.
 *
 * @param ids the token ids, (length), padded on the right
 * @param mask 1 for a token and 0 for padding, (length)
 * @param selection the positions that are kept after encoding, (maxLength), first the one of the
 *     leading special token
 * @param shared how many ids, from the first on, all prompts behind the same instruction begin with
 */
@SuppressWarnings("ArrayRecordComponent") // copied by the constructor and the accessors
public record PromptTokens(int[] ids, int[] mask, int[] selection, int shared) {

  /**
   * Checks and copies the arrays.
   *
   * @param ids the token ids, (length), padded on the right
   * @param mask 1 for a token and 0 for padding, (length)
   * @param selection the positions that are kept after encoding, (maxLength)
   * @param shared ids that other prompts begin with too
   * @throws TextException if ids and mask differ in length or a selected position is outside them
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
   * Returns the token ids.
   *
   * @return a copy, (length)
   */
  @Override
  public int[] ids() {
    return ids.clone();
  }

  /**
   * Returns which positions hold tokens: 1, or 0 for padding.
   *
   * @return a copy, (length)
   */
  @Override
  public int[] mask() {
    return mask.clone();
  }

  /**
   * Returns the positions that are kept after encoding.
   *
   * @return a copy, (maxLength)
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
