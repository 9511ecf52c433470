package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sana4j.image.ImageSize;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.testkit.TensorAssert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentCacheTest {
  private static final Buckets BUCKETS = Buckets.generated(64, 32, 3);
  @TempDir Path temporary;
  private Path folder;
  private Path target;
  private final List<Integer> encoded = new ArrayList<>();

  @BeforeEach
  void images() throws IOException {
    folder = temporary.resolve("data");
    target = temporary.resolve("cache");
    for (int i = 0; i < 5; i++) {
      Samples.captioned(folder, "square" + i, 64, 64, i * 20);
    }
    for (int i = 0; i < 3; i++) {
      Samples.captioned(folder, "wide" + i, 96, 48, 100 + i * 20);
    }
  }

  /** Returns latents with two channels and one position per 32 x 32 pixels. */
  private Tensor latents(Tensor images) {
    encoded.add((int) images.size(0));
    Tensor small = Functional.resizeBilinear(images, images.size(2) / 32, images.size(3) / 32);
    return small.narrow(1, 0, 2);
  }

  /** Returns one token per character, of width 3: the character three times. */
  private static List<Tensor> embeddings(List<String> captions) {
    return captions.stream().map(LatentCacheTest::embedding).toList();
  }

  private static Tensor embedding(String caption) {
    String text = caption.isEmpty() ? "\u0001" : caption;
    float[] values = new float[text.length() * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = text.charAt(i / 3);
    }
    return Tensors.of(values, text.length(), 3);
  }

  private LatentCacheBuilder.Settings settings(DType dtype) {
    return new LatentCacheBuilder.Settings(target, "toy-1", dtype, 2, 3, 2);
  }

  private LatentCache build(ImageEncoder encoder) {
    return LatentCacheBuilder.build(
        DataSet.open(folder),
        BUCKETS,
        settings(DType.FLOAT32),
        encoder,
        LatentCacheTest::embeddings,
        (done, total) -> {});
  }

  private static int find(LatentCache cache, String key) {
    for (int i = 0; i < cache.size(); i++) {
      if (cache.key(i).equals(key)) {
        return i;
      }
    }
    throw new AssertionError(key + " is not in the cache");
  }

  @Test
  void latentsAreThoseOfTheImagesAskedFor() {
    try (LatentCache cache = build(this::latents);
        Tensor latents =
            cache.latents(List.of(find(cache, "square4.png"), find(cache, "square1.png")))) {
      TensorAssert.assertThat(latents).hasShape(2, 2, 2, 2);
      assertThat(latents.toFloats()).startsWith(80 / 127.5f - 1).endsWith(20 / 127.5f - 1);
    }
  }

  @Test
  void repeatsAreKept() throws IOException {
    folder = temporary.resolve("repeated");
    Samples.captioned(folder.resolve("1000_many"), "a", 64, 64, 1);
    Samples.image(folder.resolve("1_one/b.png"), 64, 64, 2);
    try (LatentCache cache = build(this::latents)) {
      int many = find(cache, "1000_many/a.png");
      int one = find(cache, "1_one/b.png");
      assertThat(cache.repeats(many)).isEqualTo(1000);
      assertThat(cache.captions(many)).containsExactly(Caption.of("a grey of 1"));
      assertThat(cache.repeats(one)).isOne();
      assertThat(cache.captions(one)).containsExactly(Caption.of("one"));
    }
  }

  @Test
  void textIsPaddedToTheLongestCaption() {
    try (LatentCache cache = build(this::latents)) {
      List<Integer> two = List.of(find(cache, "square4.png"), find(cache, "square1.png"));
      try (CaptionEmbeddings found = cache.text(two, List.of(0, LatentCache.NO_CAPTION))) {
        int length = "a grey of 80".length();
        TensorAssert.assertThat(found.text()).hasShape(2, length, 3);
        float[] text = found.text().toFloats();
        assertThat(text[0]).isEqualTo('a');
        assertThat(text[length * 3 - 1]).isEqualTo('0');
        assertThat(text[length * 3]).isEqualTo(1);
        assertThat(text[length * 3 + 3]).isZero();
        assertThat(found.mask().toFloats()[length - 1]).isOne();
        assertThat(found.mask().toFloats()[length]).isOne();
        assertThat(found.mask().toFloats()[length + 1]).isZero();
      }
    }
  }

  @Test
  void severalThreadsReadTheSameAsOne() throws Exception {
    try (LatentCache cache = build(this::latents)) {
      List<String> expected = everything(cache);
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try {
        CyclicBarrier start = new CyclicBarrier(2);
        Callable<List<String>> reading =
            () -> {
              start.await();
              List<String> read = List.of();
              for (int i = 0; i < 50; i++) {
                read = everything(cache);
              }
              return read;
            };
        for (Future<List<String>> each : threads.invokeAll(List.of(reading, reading))) {
          assertThat(each.get()).isEqualTo(expected);
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  private static List<String> everything(LatentCache cache) {
    var read = new ArrayList<String>();
    for (int i = 0; i < cache.size(); i++) {
      try (Tensor latents = cache.latents(List.of(i));
          CaptionEmbeddings text = cache.text(List.of(i), List.of(0))) {
        read.add(
            cache.key(i)
                + cache.captions(i)
                + Arrays.toString(latents.toFloats())
                + Arrays.toString(text.text().toFloats()));
      }
    }
    return read;
  }

  @Test
  void theWordsAndSizesAreKept() {
    try (LatentCache cache = build(this::latents)) {
      int wide = find(cache, "wide2.png");
      assertThat(cache.captions(wide)).containsExactly(Caption.of("a grey of 140"));
      assertThat(cache.size(wide)).isEqualTo(BUCKETS.closest(new ImageSize(96, 48)));
      assertThat(cache.size()).isEqualTo(8);
    }
  }

  @Test
  void scoresAreKept() throws IOException {
    Files.delete(folder.resolve("wide0.txt"));
    Files.writeString(
        folder.resolve("metadata.jsonl"),
        "{\"file_name\": \"wide0.png\", \"captions\":"
            + " [{\"text\": \"猫\", \"score\": 0.3}, {\"text\": \"b\", \"score\": 0.2}]}");
    try (LatentCache cache = build(this::latents)) {
      int wide = find(cache, "wide0.png");
      assertThat(cache.captions(wide))
          .containsExactly(new Caption("猫", 0.3), new Caption("b", 0.2));
      try (CaptionEmbeddings found = cache.text(List.of(wide), List.of(1))) {
        assertThat(found.text().toFloats()).containsExactly('b', 'b', 'b');
      }
    }
  }

  @Test
  void bfloat16TakesHalfTheRoom() throws IOException {
    try (LatentCache cache =
            LatentCacheBuilder.build(
                DataSet.open(folder),
                BUCKETS,
                settings(DType.BFLOAT16),
                this::latents,
                LatentCacheTest::embeddings,
                (done, total) -> {});
        Tensor latents = cache.latents(List.of(find(cache, "square4.png")));
        CaptionEmbeddings found = cache.text(List.of(0), List.of(0))) {
      assertThat(latents.dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(found.text().dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(latents.toFloats()[0]).isCloseTo(80 / 127.5f - 1, within(0.002f));
      assertThat(Files.size(target.resolve("latents-64x64.bin"))).isEqualTo(5 * 8 * 2);
    }
  }

  @Test
  void aFinishedCacheIsNotBuiltAgain() {
    build(this::latents).close();
    encoded.clear();

    build(this::latents).close();

    assertThat(encoded).isEmpty();
  }

  @Test
  void anInterruptedBuildGoesOnAndEndsWithTheSameFiles() throws IOException {
    build(this::latents).close();
    Map<String, String> expected = contents(target);
    List<Integer> all = List.copyOf(encoded);
    for (int stop = 0; stop < all.size(); stop++) {
      target = temporary.resolve("stopped" + stop);
      encoded.clear();
      int last = stop;
      assertThatThrownBy(
              () ->
                  build(
                      images -> {
                        if (encoded.size() == last) {
                          throw new IllegalStateException("pulled the plug");
                        }
                        return latents(images);
                      }))
          .hasMessage("pulled the plug");
      try (Stream<Path> files = Files.list(target)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".bin")).toList()) {
          Files.writeString(file, "half a row", StandardOpenOption.APPEND);
        }
      }
      assertThatThrownBy(() -> LatentCache.open(target, "toy-1")).isInstanceOf(DataException.class);

      build(this::latents).close();

      assertThat(encoded).as("nothing is encoded twice").isEqualTo(all);
      assertThat(contents(target)).isEqualTo(expected);
    }
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    var contents = new TreeMap<String, String>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(
            file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  @Test
  void imagesThatCannotBeReadAreSkippedAndCounted() throws IOException {
    Samples.cutShort(folder.resolve("square2.png"));
    try (LatentCache cache = build(this::latents)) {
      assertThat(cache.size()).isEqualTo(7);
      assertThat(cache.skipped()).hasToString("1 images that cannot be read (square2.png)");
      assertThat(cache.key(find(cache, "square3.png"))).isEqualTo("square3.png");
    }
  }

  @Test
  void aCacheOfOtherEncodersIsRefusedByBothNames() {
    build(this::latents).close();

    assertThatThrownBy(() -> LatentCache.open(target, "toy-2"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("toy-1")
        .hasMessageContaining("toy-2");
  }

  @Test
  void aCacheOfOtherDataIsRefused() throws IOException {
    build(this::latents).close();
    Samples.captioned(folder, "new", 64, 64, 1);

    assertThatThrownBy(() -> build(this::latents))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("other images");
  }

  @Test
  void anUnfinishedCacheThatIsDamagedIsRefusedBeforeAnyWork() throws IOException {
    assertThatThrownBy(
            () ->
                build(
                    images -> {
                      if (encoded.size() == 2) {
                        throw new IllegalStateException("pulled the plug");
                      }
                      return latents(images);
                    }))
        .hasMessage("pulled the plug");
    Files.write(target.resolve("text.bin"), new byte[12]);
    encoded.clear();

    assertThatThrownBy(() -> build(this::latents))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("text.bin is damaged");
    assertThat(encoded).isEmpty();
  }

  @Test
  void aFileCutShortIsRefused() throws IOException {
    build(this::latents).close();
    Path text = target.resolve("text.bin");
    Files.write(text, new byte[12]);

    assertThatThrownBy(() -> LatentCache.open(target, "toy-1"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("text.bin is damaged");
  }

  @Test
  void anIndexThatIsNoIndexIsRefused() throws IOException {
    build(this::latents).close();
    Files.writeString(target.resolve("index.json"), "{\"version\": 1}");

    assertThatThrownBy(() -> LatentCache.open(target, "toy-1"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void aFullDiskIsOneLineAndTheBuildCanGoOn() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    Files.createDirectories(target);
    Files.createSymbolicLink(target.resolve("words.bin"), full);

    assertThatThrownBy(() -> build(this::latents))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("finished images are kept");
    Files.delete(target.resolve("words.bin"));
    build(this::latents).close();

    assertThat(LatentCacheTest.contents(target)).containsKey("index.json");
  }

  @Test
  void aBatchOfTwoSizesIsRefused() {
    try (LatentCache cache = build(this::latents)) {
      List<Integer> both = List.of(find(cache, "square0.png"), find(cache, "wide0.png"));

      assertThatThrownBy(() -> cache.latents(both)).isInstanceOf(DataException.class);
    }
  }

  @Test
  void aCaptionThatDoesNotExistIsRefused() {
    try (LatentCache cache = build(this::latents)) {
      assertThatThrownBy(() -> cache.text(List.of(0), List.of(1)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("1 captions");
    }
  }

  @Test
  void anEncoderThatGivesTheWrongShapeIsRefused() {
    assertThatThrownBy(() -> build(images -> Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 2)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("instead of (B, C, h, w)");
  }
}
