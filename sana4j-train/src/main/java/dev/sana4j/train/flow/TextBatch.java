package dev.sana4j.train.flow;

import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.text.PromptTokens;
import java.util.Arrays;
import java.util.List;

/**
 * Texts as tokens, padded on the right to the longest one.
 *
 * @param tokens the tokens of each text, without padding
 * @param padId the id of padding
 */
public record TextBatch(List<int[]> tokens, int padId) {

  /** Tokenizes texts, each truncated to the maximum length of the tokenizer. */
  public static TextBatch of(List<String> texts, PromptTokenizer tokenizer, int padId) {
    return new TextBatch(texts.stream().map(text -> tokens(text, tokenizer)).toList(), padId);
  }

  private static int[] tokens(String text, PromptTokenizer tokenizer) {
    PromptTokens padded = tokenizer.unconditional(text);
    return Arrays.copyOf(padded.ids(), Arrays.stream(padded.mask()).sum());
  }

  private int length() {
    return tokens.stream().mapToInt(each -> each.length).max().orElseThrow();
  }

  /** Returns ids and mask, both (B, L), owned by the current scope. */
  public GemmaEncoder.Input on(Device device) {
    int length = length();
    int[] ids = new int[tokens.size() * length];
    int[] mask = new int[ids.length];
    Arrays.fill(ids, padId);
    for (int i = 0; i < tokens.size(); i++) {
      int[] row = tokens.get(i);
      System.arraycopy(row, 0, ids, i * length, row.length);
      Arrays.fill(mask, i * length, i * length + row.length, 1);
    }
    return new GemmaEncoder.Input(
        Tensors.of(ids, tokens.size(), length).to(device),
        Tensors.of(mask, tokens.size(), length).to(device));
  }

  /**
   * Returns the token after each token, -1 after the last one of a text and for padding.
   *
   * @return int64 (B * L), owned by the current scope
   */
  public Tensor following(Device device) {
    int length = length();
    long[] following = new long[tokens.size() * length];
    Arrays.fill(following, -1);
    for (int i = 0; i < tokens.size(); i++) {
      int[] row = tokens.get(i);
      for (int j = 1; j < row.length; j++) {
        following[i * length + j - 1] = row[j];
      }
    }
    return Tensors.of(following, following.length).to(device);
  }

  /** Returns how many tokens follow another one. */
  public int followers() {
    return tokens.stream().mapToInt(row -> Math.max(0, row.length - 1)).sum();
  }
}
