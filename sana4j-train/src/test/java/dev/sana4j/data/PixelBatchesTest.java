package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.testkit.TensorAssert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PixelBatchesTest {
  private static final Buckets BUCKETS = Buckets.fixed(new ImageSize(8, 4));
  @TempDir Path folder;

  private DataSet images(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Samples.captioned(folder, "p" + i, 12, 10, i * 10);
    }
    return DataSet.open(folder);
  }

  private static BatchSampler sampler(DataSet data, int batch) {
    return BatchSampler.of(data.size(), i -> BUCKETS.closest(data.size(i)), batch, 5);
  }

  private static List<float[]> load(DataSet data, PixelBatches.Settings settings, int count) {
    var loaded = new ArrayList<float[]>();
    try (var batches = PixelBatches.open(data, sampler(data, 4), BatchPosition.START, settings)) {
      for (int i = 0; i < count; i++) {
        try (PixelBatch batch = batches.next()) {
          loaded.add(batch.pixels().toFloats());
        }
      }
    }
    return loaded;
  }

  @Test
  void imagesComeInTheOrderOfTheSampler() throws IOException {
    DataSet data = images(6);
    try (var batches =
        PixelBatches.open(
            data, sampler(data, 2), BatchPosition.START, PixelBatches.Settings.alone(3))) {
      for (int i = 0; i < 9; i++) {
        try (PixelBatch batch = batches.next()) {
          TensorAssert.assertThat(batch.pixels()).hasShape(2, 3, 4, 8);
          float[] pixels = batch.pixels().toFloats();
          int first = batch.batch().samples().get(0);
          assertThat(pixels[0]).isEqualTo(first * 10 / 127.5f - 1);
          assertThat(pixels[95]).isEqualTo(pixels[0]);
        }
      }
    }
  }

  @Test
  void theNumberOfThreadsChangesNothing() throws IOException {
    DataSet data = images(6);

    assertThat(load(data, PixelBatches.Settings.alone(1), 6))
        .usingRecursiveComparison()
        .isEqualTo(load(data, PixelBatches.Settings.alone(4), 6));
  }

  @Test
  void aBrokenImageIsReplacedAndCounted() throws IOException {
    DataSet data = images(4);
    Samples.cutShort(folder.resolve("p1.png"));
    Files.delete(folder.resolve("p2.png"));
    try (var batches =
        PixelBatches.open(
            data, sampler(data, 4), BatchPosition.START, PixelBatches.Settings.alone(1))) {
      try (PixelBatch batch = batches.next()) {
        assertThat(batch.pixels().toFloats())
            .contains(-1, 30 / 127.5f - 1)
            .doesNotContain(10 / 127.5f - 1, 20 / 127.5f - 1);
      }
      for (int i = 0; i < 5; i++) {
        batches.next().close();
      }
      assertThat(batches.replaced().count()).as("each is counted once").isEqualTo(2);
      assertThat(batches.replaced().toString()).contains("p1.png").contains("p2.png");
    }
  }

  @Test
  void workersTogetherSeeWhatOneSeesAlsoWithABrokenImage() throws IOException {
    DataSet data = images(4);
    Samples.cutShort(folder.resolve("p1.png"));

    float[] whole = load(data, PixelBatches.Settings.alone(1), 1).get(0);
    float[] first = load(data, new PixelBatches.Settings(0, 2, 1, false, 0), 1).get(0);
    float[] second = load(data, new PixelBatches.Settings(1, 2, 1, false, 0), 1).get(0);

    float[] joined = Arrays.copyOf(first, whole.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    assertThat(joined).isEqualTo(whole);
  }

  @Test
  void aDataSetWithoutAnyReadableImageIsRefused() throws IOException {
    DataSet data = images(2);
    Samples.cutShort(folder.resolve("p0.png"));
    Samples.cutShort(folder.resolve("p1.png"));
    try (var batches =
        PixelBatches.open(
            data, sampler(data, 2), BatchPosition.START, PixelBatches.Settings.alone(1))) {
      assertThatThrownBy(batches::next)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("none of the 2 images");
    }
  }

  @Test
  void everySecondImageIsMirroredIfWanted() throws IOException {
    byte[] rgb = new byte[8 * 4 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % 8);
    }
    ImageFiles.write(RgbImage.of(8, 4, rgb), folder.resolve("a.png"), WriteOptions.REPLACE);
    Files.writeString(folder.resolve("a.txt"), "a ramp");
    DataSet data = DataSet.open(folder);

    List<float[]> plain = load(data, PixelBatches.Settings.alone(1), 8);
    List<float[]> flipped = load(data, new PixelBatches.Settings(0, 1, 1, true, 9), 8);

    assertThat(plain).allMatch(pixels -> pixels[0] == -1);
    assertThat(flipped).anyMatch(pixels -> pixels[0] == -1).anyMatch(pixels -> pixels[7] == -1);
  }
}
