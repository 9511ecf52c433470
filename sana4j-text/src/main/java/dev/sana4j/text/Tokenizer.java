package dev.sana4j.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.sana4j.files.FileKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A tokenizer, read from a {@code tokenizer.json} in the Hugging Face format.
 *
 * <p>It owns native memory and must be closed. Several threads may encode at the same time.
 */
public final class Tokenizer implements AutoCloseable {

  /** Maximum size of a {@code tokenizer.json} in bytes; Gemma's has 17 to 34 MB. */
  static final long MAX_FILE_BYTES = 256L << 20;

  private static final String PAD_TOKEN = "<pad>";
  private static final String OFFLINE = "ai.djl.offline";

  /** The library truncates at 512 tokens by default. */
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false");

  static {
    // Otherwise the library would query a cloud metadata address and might download natives.
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
    TokenizerNatives.useNamedCache();
  }

  private final HuggingFaceTokenizer tokenizer;
  private final int padId;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.padId = findPadId(tokenizer);
  }

  /**
   * Reads a tokenizer. A vocabulary of 256,000 tokens takes one to two seconds.
   *
   * @param tokenizerJson the file
   * @return the tokenizer; the caller closes it
   * @throws TextException if the file is missing, too large or damaged, or the tokenizer's native
   *     library cannot be loaded
   */
  public static Tokenizer load(Path tokenizerJson) {
    checkFile(tokenizerJson);
    try {
      TokenizerCheck.require(tokenizerJson);
      return new Tokenizer(HuggingFaceTokenizer.newInstance(tokenizerJson, OPTIONS));
    } catch (EngineException | LinkageError e) {
      throw new TextException(
          "the tokenizer's native library cannot be loaded ("
              + firstLine(e)
              + "); check that the folder named by DJL_CACHE_DIR, by default ~/.djl.ai, is"
              + " writable",
          e);
    } catch (IOException | RuntimeException e) {
      String problem =
          FileKind.problem(tokenizerJson)
              .orElse(tokenizerJson + " is not a readable tokenizer.json (" + firstLine(e) + ")");
      throw new TextException(problem, e);
    }
  }

  private static void checkFile(Path file) {
    if (!Files.exists(file)) {
      throw new TextException(
          file + " does not exist; expected the tokenizer.json of a model folder");
    }
    if (!Files.isRegularFile(file)) {
      throw new TextException(file + " is not a file; name the tokenizer.json itself");
    }
    if (!Files.isReadable(file)) {
      throw new TextException(file + " cannot be read: permission denied");
    }
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_FILE_BYTES) {
        throw new TextException(
            file + " has " + bytes + " bytes; expected at most " + MAX_FILE_BYTES);
      }
    } catch (IOException e) {
      throw new TextException(file + " cannot be read (" + firstLine(e) + ")", e);
    }
  }

  /**
   * Encodes a text. Adds the special tokens that the file asks for (Gemma: {@code <bos>} first).
   * Does not truncate or pad.
   *
   * @param text any text; an unpaired surrogate is replaced by U+FFFD
   * @return the token ids
   * @throws TextException if the text cannot be encoded
   */
  public int[] encode(String text) {
    return ids(tokenizer, wellFormed(text), true);
  }

  /**
   * Returns the id for padding: the token {@code <pad>}, or 0 if the vocabulary does not contain
   * it.
   *
   * @return the id
   */
  public int padId() {
    return padId;
  }

  /** Frees the native memory. The tokenizer cannot be used afterwards. */
  @Override
  public void close() {
    tokenizer.close();
  }

  private static int[] ids(HuggingFaceTokenizer tokenizer, String text, boolean special) {
    try {
      return toInts(tokenizer.encode(text, special, false));
    } catch (RuntimeException e) {
      throw new TextException("the text cannot be tokenized (" + firstLine(e) + ")", e);
    }
  }

  private static int[] toInts(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  /** Added tokens are matched before everything else, so the pad token encodes to its id. */
  private static int findPadId(HuggingFaceTokenizer tokenizer) {
    Encoding encoding = tokenizer.encode(PAD_TOKEN, false, false);
    boolean known = Arrays.equals(encoding.getTokens(), new String[] {PAD_TOKEN});
    return known ? toInts(encoding)[0] : 0;
  }

  /** Replaces unpaired surrogates, which the native library would garble. */
  private static String wellFormed(String text) {
    var builder = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
        .forEach(builder::appendCodePoint);
    return builder.toString();
  }

  private static String firstLine(Throwable error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("no details");
  }
}
