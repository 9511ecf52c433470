package dev.sana4j.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A vocabulary and its merges, read from a {@code tokenizer.json} in the Hugging Face format.
 *
 * <p>The tokenizer owns native memory: close it. Encoding is safe from several threads at once.
 */
public final class Tokenizer implements AutoCloseable {

  /** The largest {@code tokenizer.json} that is read, in bytes; Gemma's has 17 to 34 MB. */
  static final long MAX_FILE_BYTES = 256L << 20;

  private static final String PAD_TOKEN = "<pad>";
  private static final String OFFLINE = "ai.djl.offline";

  /** The library cuts at 512 tokens unless told otherwise. */
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false");

  static {
    // Without it the library's first use asks a cloud metadata address and may download natives.
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
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
   * @throws TextException if the file is missing, too large or damaged, or the native library of
   *     the tokenizer cannot be loaded
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
      throw new TextException(
          tokenizerJson + " is not a readable tokenizer.json (" + firstLine(e) + ")", e);
    }
  }

  private static void checkFile(Path file) {
    if (!Files.exists(file)) {
      throw new TextException(file + " does not exist; a model folder holds tokenizer.json");
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
            file + " has " + bytes + " bytes; a tokenizer.json has at most " + MAX_FILE_BYTES);
      }
    } catch (IOException e) {
      throw new TextException(file + " cannot be read (" + firstLine(e) + ")", e);
    }
  }

  /**
   * Turns a text into token ids, with the special tokens the file asks for (Gemma: {@code <bos>}
   * first), neither truncated nor padded.
   *
   * @param text any text; an unpaired surrogate counts as U+FFFD
   * @return the ids
   * @throws TextException if the text cannot be encoded
   */
  public int[] encode(String text) {
    return ids(tokenizer, wellFormed(text), true);
  }

  /**
   * Returns the id that fills up a sequence: that of the token {@code <pad>}, or 0 where the
   * vocabulary has none.
   *
   * @return the id
   */
  public int padId() {
    return padId;
  }

  /** Frees the native memory; the tokenizer cannot be used afterwards. */
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

  /** An added token is matched before anything else, so it alone encodes to its single id. */
  private static int findPadId(HuggingFaceTokenizer tokenizer) {
    Encoding encoding = tokenizer.encode(PAD_TOKEN, false, false);
    boolean known = Arrays.equals(encoding.getTokens(), new String[] {PAD_TOKEN});
    return known ? toInts(encoding)[0] : 0;
  }

  /** The native side garbles a string with unpaired surrogates. */
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
