package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Appends latents and embeddings to the files of a cache, and counts them in the next index. */
final class CacheWriter {
  private final CacheFiles files;
  private final LatentCacheBuilder.Settings settings;
  private final CaptionEncoder encoder;
  private final List<Caption> pending = new ArrayList<>();
  private CacheIndex index;

  private int channels;
  private int textWidth;
  private long captions;
  private long tokens;
  private long wordBytes;
  private List<CacheIndex.Rows> buckets;

  CacheWriter(
      CacheFiles files,
      CacheIndex index,
      LatentCacheBuilder.Settings settings,
      CaptionEncoder encoder) {
    this.files = files;
    this.index = index;
    this.settings = settings;
    this.encoder = encoder;
    channels = index.channels();
    textWidth = index.textWidth();
    captions = index.captions();
    tokens = index.tokens();
    wordBytes = index.wordBytes();
    buckets = index.buckets();
  }

  CacheIndex index() {
    return index;
  }

  /** Adds the empty caption, the first one of every cache. */
  void begin() throws IOException {
    if (captions == 0) {
      pending.add(Caption.of(""));
      flushCaptions();
    }
  }

  void addLatents(ImageSize size, int count, Tensor latents) throws IOException {
    if (latents.rank() != 4 || latents.size(0) != count) {
      throw new DataException(
          "the encoder returned " + latents + " for " + count + " images instead of (B, C, h, w)");
    }
    channels = same("channels of latents", channels, latents.size(1));
    var rows =
        new CacheIndex.Rows(
            size.width(),
            size.height(),
            Math.toIntExact(latents.size(2)),
            Math.toIntExact(latents.size(3)),
            count);
    buckets = CacheIndex.withRows(buckets, rows);
    for (int i = 0; i < count; i++) {
      files.append(rows.file(), bytes(latents, i));
    }
  }

  private byte[] bytes(Tensor latents, int row) {
    return TensorScope.compute(() -> latents.narrow(0, row, 1).to(settings.dtype()).toBytes());
  }

  private static int same(String what, int before, long now) {
    if (now < 1 || (before != 0 && before != now)) {
      throw new DataException(
          what + ": the encoder returned " + before + " before and " + now + " now");
    }
    return Math.toIntExact(now);
  }

  /** Adds a sample, and queues its captions for encoding. */
  void addSample(String key, List<Caption> of, int repeats) throws IOException {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    ByteBuffer sample = record(CacheIndex.SAMPLE_BYTES);
    sample.putLong(captions + pending.size()).putLong(wordBytes);
    sample.putInt(of.size() | ((repeats - 1) << CacheIndex.REPEATS_SHIFT));
    sample.putInt(name.length).flip();
    files.append(CacheIndex.SAMPLES, sample);
    files.append(CacheIndex.WORDS, name);
    wordBytes += name.length;
    pending.addAll(of);
  }

  void flushCaptions() throws IOException {
    for (int start = 0; start < pending.size(); start += settings.captions()) {
      int end = Math.min(pending.size(), start + settings.captions());
      addCaptions(pending.subList(start, end));
    }
    pending.clear();
  }

  private void addCaptions(List<Caption> some) throws IOException {
    List<String> texts = some.stream().map(Caption::text).toList();
    List<Embedding> embeddings =
        Libtorch.noGrad(
            () ->
                TensorScope.compute(
                    () -> encoder.encode(texts).stream().map(this::embedding).toList()));
    if (embeddings.size() != some.size()) {
      throw new DataException(
          "the encoder returned "
              + embeddings.size()
              + " embeddings for "
              + some.size()
              + " captions");
    }
    for (int i = 0; i < some.size(); i++) {
      addCaption(some.get(i), embeddings.get(i));
    }
  }

  /** Embeddings of a caption's tokens, as bytes. */
  private static final class Embedding {
    final int length;
    final byte[] bytes;

    Embedding(int length, byte[] bytes) {
      this.length = length;
      this.bytes = bytes;
    }
  }

  private Embedding embedding(Tensor tensor) {
    if (tensor.rank() != 2 || tensor.size(0) < 1) {
      throw new DataException(
          "the encoder returned " + tensor + " for a caption instead of (L, D)");
    }
    textWidth = same("width of embeddings", textWidth, tensor.size(1));
    try (Tensor stored = tensor.to(settings.dtype())) {
      return new Embedding(Math.toIntExact(tensor.size(0)), stored.toBytes());
    }
  }

  private void addCaption(Caption caption, Embedding embedding) throws IOException {
    byte[] words = caption.text().getBytes(StandardCharsets.UTF_8);
    ByteBuffer row = record(CacheIndex.CAPTION_BYTES);
    row.putLong(tokens).putDouble(caption.score()).putLong(wordBytes);
    row.putInt(embedding.length).putInt(words.length).flip();
    files.append(CacheIndex.TEXT, embedding.bytes);
    files.append(CacheIndex.WORDS, words);
    files.append(CacheIndex.CAPTIONS, row);
    captions++;
    tokens += embedding.length;
    wordBytes += words.length;
  }

  private static ByteBuffer record(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds everything since the last commit to the cache. */
  void commit(int taken, SkipReport skipped) throws IOException {
    replaceIndex(false, index.done() + taken, skipped);
  }

  void finish() throws IOException {
    replaceIndex(true, index.done(), new SkipReport(index.skipped()));
  }

  private void replaceIndex(boolean complete, int done, SkipReport skipped) throws IOException {
    files.force();
    index =
        new CacheIndex(
            CacheIndex.VERSION,
            complete,
            index.fingerprint(),
            index.source(),
            index.dtype(),
            done,
            index.total(),
            channels,
            textWidth,
            captions,
            tokens,
            wordBytes,
            buckets,
            skipped.reasons());
    index.write(settings.folder());
  }
}
