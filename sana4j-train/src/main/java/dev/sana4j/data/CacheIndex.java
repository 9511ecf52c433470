package dev.sana4j.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageSize;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contents of a cache's files, as recorded in {@code index.json}; data beyond these counts is
 * ignored.
 *
 * @param version of the layout
 * @param complete false while the cache is being built
 * @param fingerprint of the encoders
 * @param source of the data set and its buckets
 * @param dtype of latents and embeddings
 * @param done processed images of the data set, in build order
 * @param total images of the data set
 * @param channels of the latents
 * @param textWidth of the embeddings
 * @param captions rows of {@code captions.bin}; the first is the empty caption
 * @param tokens rows of {@code text.bin}
 * @param wordBytes bytes of {@code words.bin}
 * @param buckets in the order of their samples
 * @param skipped images that could not be read
 */
record CacheIndex(
    int version,
    boolean complete,
    String fingerprint,
    String source,
    DType dtype,
    int done,
    int total,
    int channels,
    int textWidth,
    long captions,
    long tokens,
    long wordBytes,
    List<Rows> buckets,
    Map<SkipReason, SkipReport.Skips> skipped) {

  static final int VERSION = 1;
  static final String FILE = "index.json";
  static final String TEXT = "text.bin";
  static final String CAPTIONS = "captions.bin";
  static final String SAMPLES = "samples.bin";
  static final String WORDS = "words.bin";

  /**
   * Position of the first token, score, position of the words, number of tokens, number of bytes.
   */
  static final int CAPTION_BYTES = 32;

  /**
   * Index of the first caption, position of the key, number of captions with repeats less 1 above
   * it, number of bytes.
   */
  static final int SAMPLE_BYTES = 24;

  static final int REPEATS_SHIFT = 16;
  static final int CAPTIONS_MASK = (1 << REPEATS_SHIFT) - 1;

  private static final int MAX_BYTES = 16 << 20;
  private static final ObjectMapper JSON =
      StrictJson.bounded(16)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /** The latents of one bucket. */
  record Rows(int width, int height, int latentHeight, int latentWidth, int rows) {
    ImageSize size() {
      return new ImageSize(width, height);
    }

    String file() {
      return "latents-" + width + "x" + height + ".bin";
    }

    Rows plus(int more) {
      return new Rows(width, height, latentHeight, latentWidth, rows + more);
    }
  }

  /** Copies and checks the values, because the file is untrusted. */
  CacheIndex {
    buckets = List.copyOf(buckets);
    skipped = Map.copyOf(skipped);
    if (version != VERSION) {
      throw new DataException(
          "it has version " + version + ", but only version " + VERSION + " is supported");
    }
    boolean sizes =
        buckets.stream().allMatch(b -> b.rows() > 0 && b.latentHeight() > 0 && b.latentWidth() > 0);
    if (!sizes || Math.min(channels, textWidth) < 0 || Math.min(captions, tokens) < 0) {
      throw new DataException("a size is out of range");
    }
    if (dtype != DType.FLOAT32 && dtype != DType.BFLOAT16) {
      throw new DataException("dtype " + dtype + " is not supported; use float32 or bfloat16");
    }
  }

  static CacheIndex empty(String fingerprint, String source, DType dtype, int total) {
    return new CacheIndex(
        VERSION, false, fingerprint, source, dtype, 0, total, 0, 0, 0, 0, 0, List.of(), Map.of());
  }

  /** Returns the index of an empty part that starts after some images. */
  CacheIndex startingAt(int first) {
    return new CacheIndex(
        version,
        complete,
        fingerprint,
        source,
        dtype,
        first,
        total,
        channels,
        textWidth,
        captions,
        tokens,
        wordBytes,
        buckets,
        skipped);
  }

  /** Returns the index of a cache of the same data that has nothing yet. */
  CacheIndex emptied() {
    return empty(fingerprint, source, dtype, total);
  }

  int samples() {
    return buckets.stream().mapToInt(Rows::rows).reduce(0, Math::addExact);
  }

  /** Returns the exact length of each file. */
  Map<String, Long> lengths() {
    var lengths = new LinkedHashMap<String, Long>();
    lengths.put(TEXT, Math.multiplyExact(tokens, (long) textWidth * dtype.bytes()));
    lengths.put(CAPTIONS, Math.multiplyExact(captions, CAPTION_BYTES));
    lengths.put(SAMPLES, (long) samples() * SAMPLE_BYTES);
    lengths.put(WORDS, wordBytes);
    for (Rows rows : buckets) {
      lengths.put(rows.file(), Math.multiplyExact(rowBytes(rows), rows.rows()));
    }
    return lengths;
  }

  private long rowBytes(Rows rows) {
    long positions = Math.multiplyExact((long) rows.latentHeight(), rows.latentWidth());
    return Math.multiplyExact(positions, Math.multiplyExact(channels, (long) dtype.bytes()));
  }

  /** Returns the buckets with more rows in one, which is the last one or a new one. */
  static List<Rows> withRows(List<Rows> buckets, Rows more) {
    var rows = new ArrayList<>(buckets);
    int last = rows.size() - 1;
    if (last >= 0 && rows.get(last).size().equals(more.size())) {
      rows.set(last, rows.get(last).plus(more.rows()));
    } else {
      rows.add(more);
    }
    return rows;
  }

  static boolean exists(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** Returns the message of the constructor, which Jackson hides in its own; else its own. */
  private static String reason(Exception error) {
    if (error.getCause() instanceof DataException refusal) {
      return " cannot be used: " + refusal.getMessage();
    }
    String found =
        error instanceof JacksonException json
            ? json.getOriginalMessage().split("[;(]", 2)[0].strip()
            : String.valueOf(error.getMessage());
    return " is damaged: " + found;
  }

  static CacheIndex read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("it is too large");
      }
      CacheIndex index = JSON.readValue(Files.readAllBytes(file), CacheIndex.class);
      index.lengths();
      return index;
    } catch (JacksonException | ArithmeticException | NullPointerException e) {
      throw new DataException(
          file + reason(e) + "; delete the cache folder " + folder + " to rebuild it", e);
    } catch (IOException e) {
      throw new DataException("there is no cache to read in " + folder + ": " + e, e);
    }
  }

  /** Replaces the file atomically, after everything it refers to is on disk. */
  void write(Path folder) throws IOException {
    byte[] json = JSON.writeValueAsBytes(this);
    AtomicFile.write(folder.resolve(FILE), AtomicFile.Mode.REPLACE, out -> out.write(json));
  }

  /** Rejects a cache of other encoders. */
  void requireFingerprint(Path folder, String wanted) {
    if (!fingerprint.equals(wanted)) {
      throw new DataException(
          "the cache in "
              + folder
              + " was made by "
              + fingerprint
              + ", but "
              + wanted
              + " is used now; delete the folder or choose another");
    }
  }
}
