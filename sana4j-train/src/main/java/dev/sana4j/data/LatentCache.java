package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Latents and text embeddings of a data set, mapped into memory: a batch reads only its own pages,
 * and no memory is used per image.
 *
 * <p>The images are those of the data set that could be read, ordered by bucket. It is immutable
 * and thread-safe; close it when no thread reads any more.
 */
public final class LatentCache implements AutoCloseable {
  /** Index of the empty caption, for dropped captions. */
  public static final int NO_CAPTION = -1;

  private final Path folder;
  private final CacheIndex index;

  /** Index of the first sample of each bucket, then the number of all samples. */
  private final int[] starts;

  /** The latents of each bucket, (rows, C, h, w). */
  private final List<Tensor> latents = new ArrayList<>();

  /** All tokens, (T, D). */
  private final Tensor text;

  private final Tensor captions;
  private final Tensor samples;
  private final Tensor words;

  /** A row of {@code samples.bin}. */
  private record SampleRow(long firstCaption, long key, int captions, int keyLength, int repeats) {}

  /** A row of {@code captions.bin}. */
  private record CaptionRow(long token, double score, long words, int tokens, int wordsLength) {}

  private LatentCache(Path folder, CacheIndex index) {
    this.folder = folder;
    this.index = index;
    starts = new int[index.buckets().size() + 1];
    for (int i = 0; i < index.buckets().size(); i++) {
      CacheIndex.Rows rows = index.buckets().get(i);
      starts[i + 1] = starts[i] + rows.rows();
      latents.add(
          map(rows.file(), rows.rows(), index.channels(), rows.latentHeight(), rows.latentWidth()));
    }
    text = map(CacheIndex.TEXT, index.tokens(), index.textWidth());
    captions = mapBytes(CacheIndex.CAPTIONS);
    samples = mapBytes(CacheIndex.SAMPLES);
    words = mapBytes(CacheIndex.WORDS);
  }

  private Tensor map(String name, long... shape) {
    long bytes = folder.resolve(name).toFile().length();
    return TensorScope.tidy(
            () ->
                Tensors.mapFile(folder.resolve(name), bytes)
                    .reinterpret(index.dtype())
                    .reshape(shape))
        .keep();
  }

  private Tensor mapBytes(String name) {
    Path file = folder.resolve(name);
    return TensorScope.tidy(() -> Tensors.mapFile(file, file.toFile().length())).keep();
  }

  /**
   * Opens a finished cache.
   *
   * @param folder folder of the cache
   * @param fingerprint fingerprint of the encoders
   * @return the cache, to be closed by the caller
   * @throws DataException if the cache does not exist, is unfinished or damaged, or was made with
   *     other encoders
   */
  public static LatentCache open(Path folder, String fingerprint) {
    CacheIndex index = CacheIndex.read(folder);
    index.requireFingerprint(folder, fingerprint);
    if (!index.complete()) {
      throw new DataException(
          "the cache in "
              + folder
              + " is not finished: "
              + index.done()
              + " of "
              + index.total()
              + " images are done; build it again to resume");
    }
    if (index.samples() < 1 || index.captions() < 1 || index.tokens() < 1) {
      throw new DataException("the cache in " + folder + " is empty; delete the folder");
    }
    CacheFiles.check(folder, index);
    return new LatentCache(folder, index);
  }

  /**
   * Returns the number of images.
   *
   * @return at least 1
   */
  public int size() {
    return starts[starts.length - 1];
  }

  /**
   * Returns the size an image was resized to.
   *
   * @param sample 0 to size - 1
   * @return its bucket's size, in pixels
   */
  public ImageSize size(int sample) {
    return index.buckets().get(bucket(sample)).size();
  }

  /**
   * Returns the name of an image.
   *
   * @param sample 0 to size - 1
   * @return its key in the data set
   */
  public String key(int sample) {
    SampleRow row = sample(sample);
    return words(row.key(), row.keyLength());
  }

  /**
   * Returns how often an image appears in an epoch.
   *
   * @param sample 0 to size - 1
   * @return 1 to 1000
   * @throws DataException if the cache is damaged
   */
  public int repeats(int sample) {
    int repeats = sample(sample).repeats();
    if (repeats > SampleIndex.MAX_REPEATS) {
      throw new DataException("the cache in " + folder + " is damaged; delete the folder");
    }
    return repeats;
  }

  /**
   * Returns the captions of an image as texts.
   *
   * @param sample 0 to size - 1
   * @return at least one caption, in the order of the indices in {@link #text}
   */
  public List<Caption> captions(int sample) {
    SampleRow row = sample(sample);
    var texts = new ArrayList<Caption>();
    for (int i = 0; i < row.captions(); i++) {
      CaptionRow caption = caption(row.firstCaption() + i);
      texts.add(new Caption(words(caption.words(), caption.wordsLength()), caption.score()));
    }
    return texts;
  }

  /**
   * Reads latents.
   *
   * @param of indices of images in one bucket, at least one
   * @return (B, C, h, w) in the dtype of the cache, to be closed by the caller or its scope
   * @throws DataException if there are no images or they are in several buckets
   */
  public Tensor latents(List<Integer> of) {
    if (of.isEmpty()) {
      throw new DataException("a batch needs at least one image");
    }
    int bucket = bucket(of.get(0));
    long[] rows = new long[of.size()];
    for (int i = 0; i < rows.length; i++) {
      if (bucket(of.get(i)) != bucket) {
        throw new DataException(
            "images of " + size(of.get(0)) + " and " + size(of.get(i)) + " are in one batch");
      }
      rows[i] = (long) of.get(i) - starts[bucket];
    }
    return TensorScope.tidy(
        () -> latents.get(bucket).indexSelect(0, Tensors.of(rows, rows.length)));
  }

  /**
   * Reads the embedding of one caption per image.
   *
   * @param of indices of images, at least one
   * @param chosen the index of a caption for each image, or {@link #NO_CAPTION}
   * @return text and mask, to be closed by the caller or its scope
   * @throws DataException if there are no images, or a caption does not exist
   */
  public CaptionEmbeddings text(List<Integer> of, List<Integer> chosen) {
    if (of.isEmpty() || of.size() != chosen.size()) {
      throw new DataException(
          "a batch needs images and as many captions, but got "
              + of.size()
              + " images and "
              + chosen.size()
              + " captions");
    }
    List<CaptionRow> rows = new ArrayList<>();
    for (int i = 0; i < of.size(); i++) {
      rows.add(caption(of.get(i), chosen.get(i)));
    }
    return TensorScope.tidy(
        () -> {
          Tensor mask = mask(rows);
          return new CaptionEmbeddings(text(rows, mask), mask);
        });
  }

  /**
   * Gathers the tokens; padding reads the first token of the cache, and the mask then sets it to
   * zero.
   */
  private Tensor text(List<CaptionRow> rows, Tensor mask) {
    int length = (int) mask.size(1);
    long[] tokens = new long[rows.size() * length];
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < rows.get(i).tokens(); j++) {
        tokens[i * length + j] = rows.get(i).token() + j;
      }
    }
    return text.indexSelect(0, Tensors.of(tokens, tokens.length))
        .reshape(rows.size(), length, index.textWidth()) // (B, L, D)
        .mul(mask.to(index.dtype()).unsqueeze(2));
  }

  private static Tensor mask(List<CaptionRow> rows) {
    int length = rows.stream().mapToInt(CaptionRow::tokens).max().orElseThrow();
    float[] mask = new float[Math.multiplyExact(rows.size(), length)];
    for (int i = 0; i < rows.size(); i++) {
      Arrays.fill(mask, i * length, i * length + rows.get(i).tokens(), 1);
    }
    return Tensors.of(mask, rows.size(), length);
  }

  private CaptionRow caption(int sample, int chosen) {
    if (chosen == NO_CAPTION) {
      return caption(0);
    }
    SampleRow row = sample(sample);
    if (chosen < 0 || chosen >= row.captions()) {
      throw new DataException(
          "image "
              + key(sample)
              + " has "
              + row.captions()
              + " captions, there is no number "
              + chosen);
    }
    return caption(row.firstCaption() + chosen);
  }

  private int bucket(int sample) {
    Objects.checkIndex(sample, size());
    int found = Arrays.binarySearch(starts, sample);
    return found >= 0 ? found : -found - 2;
  }

  private SampleRow sample(int sample) {
    Objects.checkIndex(sample, size());
    ByteBuffer row =
        bytes(samples, (long) sample * CacheIndex.SAMPLE_BYTES, CacheIndex.SAMPLE_BYTES);
    long firstCaption = row.getLong();
    long key = row.getLong();
    int counts = row.getInt();
    return new SampleRow(
        firstCaption,
        key,
        counts & CacheIndex.CAPTIONS_MASK,
        row.getInt(),
        (counts >>> CacheIndex.REPEATS_SHIFT) + 1);
  }

  private CaptionRow caption(long number) {
    ByteBuffer bytes = bytes(captions, number * CacheIndex.CAPTION_BYTES, CacheIndex.CAPTION_BYTES);
    var row =
        new CaptionRow(
            bytes.getLong(), bytes.getDouble(), bytes.getLong(), bytes.getInt(), bytes.getInt());
    if (row.token() < 0 || row.tokens() < 1 || row.token() + row.tokens() > index.tokens()) {
      throw new DataException("the cache in " + folder + " is damaged; delete the folder");
    }
    return row;
  }

  private String words(long offset, int length) {
    return StandardCharsets.UTF_8.decode(bytes(words, offset, length)).toString();
  }

  private ByteBuffer bytes(Tensor file, long offset, int length) {
    if (offset < 0 || length < 0 || offset > file.elements() - length) {
      throw new DataException("the cache in " + folder + " is damaged; delete the folder");
    }
    byte[] bytes = TensorScope.compute(() -> file.narrow(0, offset, length).toBytes());
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns the dtype of latents and embeddings.
   *
   * @return float32 or bfloat16
   */
  public DType dtype() {
    return index.dtype();
  }

  /**
   * Returns the number of channels of the latents.
   *
   * @return C
   */
  public int channels() {
    return index.channels();
  }

  /**
   * Returns the images of the data set that could not be read.
   *
   * @return counts by reason, with the first few names
   */
  public SkipReport skipped() {
    return new SkipReport(index.skipped());
  }

  /** Releases the files. */
  @Override
  public void close() {
    latents.forEach(Tensor::close);
    text.close();
    captions.close();
    samples.close();
    words.close();
  }
}
