package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a data set into a {@link LatentCache}.
 *
 * <p>The index is replaced after every batch of images, so an interrupted build resumes after the
 * last batch. Images that cannot be read are skipped and counted. Only one process can build a
 * cache; a second one fails.
 */
public final class LatentCacheBuilder {
  private final DataSet data;
  private final Buckets buckets;
  private final Settings settings;
  private final ImageEncoder imageEncoder;
  private final CaptionEncoder captionEncoder;
  private final Progress progress;
  private final CachePart range;

  /**
   * Settings of a cache.
   *
   * @param folder folder of the cache, created if it is missing
   * @param fingerprint identifies the encoders and their settings
   * @param dtype float32 or bfloat16
   * @param images images per batch of the encoder
   * @param captions captions per batch of the encoder
   * @param threads threads that decode images
   */
  public record Settings(
      Path folder, String fingerprint, DType dtype, int images, int captions, int threads) {

    /**
     * Checks the counts.
     *
     * @param folder folder of the cache, created if it is missing
     * @param fingerprint identifies the encoders and their settings
     * @param dtype float32 or bfloat16
     * @param images images per batch of the encoder
     * @param captions captions per batch of the encoder
     * @param threads threads that decode images
     * @throws DataException if a count is below 1
     */
    public Settings {
      if (images < 1 || captions < 1 || threads < 1) {
        throw new DataException("a cache needs images, captions and threads of at least 1");
      }
    }
  }

  /** Notified of every batch. */
  @FunctionalInterface
  public interface Progress {

    /**
     * Reports finished images.
     *
     * @param done finished images, including those of earlier runs
     * @param total images of the data set
     */
    void done(int done, int total);
  }

  private LatentCacheBuilder(
      DataSet data,
      Buckets buckets,
      Settings settings,
      ImageEncoder imageEncoder,
      CaptionEncoder captionEncoder,
      Progress progress,
      CachePart range) {
    this.data = data;
    this.buckets = buckets;
    this.settings = settings;
    this.imageEncoder = imageEncoder;
    this.captionEncoder = captionEncoder;
    this.progress = progress;
    this.range = range;
  }

  /**
   * Builds a cache, continues an unfinished one, or opens a finished one.
   *
   * @param data images and captions
   * @param buckets target sizes of the images
   * @param settings settings of the cache
   * @param images encodes images, without gradients
   * @param captions encodes captions, without gradients
   * @param progress notified of every batch
   * @return the finished cache, to be closed by the caller
   * @throws DataException if the folder contains a cache of other encoders or other data, another
   *     process is building it, the disk is full, or no image can be read
   */
  public static LatentCache build(
      DataSet data,
      Buckets buckets,
      Settings settings,
      ImageEncoder images,
      CaptionEncoder captions,
      Progress progress) {
    var whole = new CachePart(0, data.size());
    new LatentCacheBuilder(data, buckets, settings, images, captions, progress, whole).runAlone();
    return LatentCache.open(settings.folder(), settings.fingerprint());
  }

  /** Encodes a part of a data set, see {@link CacheParts#build}. */
  static void buildPart(
      DataSet data,
      Buckets buckets,
      Settings settings,
      ImageEncoder images,
      CaptionEncoder captions,
      CachePart part) {
    Progress silent = (done, total) -> {};
    new LatentCacheBuilder(data, buckets, settings, images, captions, silent, part).runAlone();
  }

  private void runAlone() {
    Path folder = settings.folder();
    try {
      Files.createDirectories(folder);
      runAlone(folder);
    } catch (IOException e) {
      throw new DataException(
          "the cache in "
              + folder
              + " cannot be written: "
              + e.getMessage()
              + "; finished images are kept, run the command again to resume",
          e);
    }
  }

  private void runAlone(Path folder) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      if (lock == null) {
        throw new DataException("another process is building the cache in " + folder);
      }
      run();
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private void run() throws IOException {
    Map<ImageSize, int[]> order =
        BatchSampler.group(data.size(), sample -> buckets.closest(data.size(sample)));
    CacheIndex index = begin(source(order));
    if (index.complete()) {
      return;
    }
    try (var files = CacheFiles.open(settings.folder(), index)) {
      var writer = new CacheWriter(files, index, settings, captionEncoder);
      if (range.first() == 0) {
        writer.begin();
      }
      encode(order, writer);
      if (writer.index().samples() == 0 && range.images() == data.size()) {
        throw new DataException(
            "no image can be read: " + new SkipReport(writer.index().skipped()));
      }
      writer.finish();
    }
  }

  private CacheIndex begin(String source) {
    Path folder = settings.folder();
    if (!CacheIndex.exists(folder)) {
      return CacheIndex.empty(settings.fingerprint(), source, settings.dtype(), data.size())
          .startingAt(range.first());
    }
    CacheIndex index = CacheIndex.read(folder);
    index.requireFingerprint(folder, settings.fingerprint());
    if (!index.source().equals(source) || index.dtype() != settings.dtype()) {
      throw new DataException(
          "the cache in "
              + folder
              + " was made from other images, in other sizes, or in another dtype;"
              + " delete the folder or choose another");
    }
    return index;
  }

  /** Returns an identifier of the data set and its buckets. */
  private String source(Map<ImageSize, int[]> order) {
    var checksum = new CRC32C();
    order.forEach(
        (size, samples) -> {
          String part = size + ":" + samples.length + ";";
          checksum.update(part.getBytes(StandardCharsets.UTF_8));
        });
    return String.format("%08x-%08x", data.checksum(), checksum.getValue());
  }

  private void encode(Map<ImageSize, int[]> order, CacheWriter writer) throws IOException {
    SkipTally skips = SkipTally.from(new SkipReport(writer.index().skipped()));
    var tasks = new Pieces(data, order, settings.images(), writer.index().done(), range.end());
    try (var prefetch = new Prefetch<Piece>(tasks, settings.threads(), settings.threads() + 1)) {
      while (prefetch.hasNext()) {
        Piece piece = prefetch.next();
        encode(piece, writer);
        piece.broken().forEach(name -> skips.add(SkipReason.BROKEN_IMAGE, name));
        writer.commit(piece.taken(), skips.report());
        progress.done(writer.index().done(), writer.index().total());
      }
    }
  }

  private void encode(Piece piece, CacheWriter writer) throws IOException {
    if (piece.samples().isEmpty()) {
      return;
    }
    int count = piece.samples().size();
    ImageSize size = piece.size();
    try (Tensor latents =
        Libtorch.noGrad(
            () ->
                TensorScope.tidy(
                        () ->
                            imageEncoder.encode(
                                Tensors.of(piece.pixels(), count, 3, size.height(), size.width())))
                    .keep())) {
      writer.addLatents(size, count, latents);
    }
    for (int sample : piece.samples()) {
      writer.addSample(data.key(sample), data.captions(sample), data.repeats(sample));
    }
    writer.flushCaptions();
  }
}
