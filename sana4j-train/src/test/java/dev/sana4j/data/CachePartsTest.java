package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachePartsTest {
  private static final Buckets BUCKETS = Buckets.generated(64, 32, 3);

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void images() throws IOException {
    folder = temporary.resolve("data");
    for (int i = 0; i < 7; i++) {
      Samples.captioned(folder, "square" + i, 64, 64, i * 20);
    }
    for (int i = 0; i < 3; i++) {
      Samples.captioned(folder, "wide" + i, 96, 48, 100 + i * 20);
    }
  }

  private static Tensor latents(Tensor images) {
    Tensor small = Functional.resizeBilinear(images, images.size(2) / 32, images.size(3) / 32);
    return small.narrow(1, 0, 2);
  }

  private static List<Tensor> embeddings(List<String> captions) {
    return captions.stream()
        .map(text -> Tensors.of(new float[] {text.length(), captions.size()}, 1, 2))
        .toList();
  }

  private static LatentCacheBuilder.Settings settings(Path target) {
    return new LatentCacheBuilder.Settings(target, "toy-1", DType.FLOAT32, 2, 3, 2);
  }

  private Map<String, byte[]> whole() {
    Path target = temporary.resolve("whole");
    LatentCacheBuilder.build(
            DataSet.open(folder),
            BUCKETS,
            settings(target),
            CachePartsTest::latents,
            CachePartsTest::embeddings,
            (done, total) -> {})
        .close();
    return files(target);
  }

  private List<Path> parts(int images) {
    DataSet data = DataSet.open(folder);
    List<Path> folders = new ArrayList<>();
    for (CachePart part : CacheParts.divide(data, BUCKETS, 2, images)) {
      Path target = temporary.resolve("part-" + images + "-" + folders.size());
      CacheParts.build(
          data,
          BUCKETS,
          settings(target),
          CachePartsTest::latents,
          CachePartsTest::embeddings,
          part);
      folders.add(target);
    }
    return folders;
  }

  private static Map<String, byte[]> files(Path target) {
    try (Stream<Path> all = Files.list(target)) {
      Map<String, byte[]> files = new TreeMap<>();
      for (Path file : all.filter(each -> !each.endsWith(".lock")).toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, byte[]> joined(int images) {
    Path target = temporary.resolve("joined-" + images);
    CacheParts.join(parts(images), target);
    return files(target);
  }

  @Test
  void joinedPartsAreTheFilesOfOneProcess() {
    Map<String, byte[]> expected = whole();
    for (int images : new int[] {1, 3, 4, 100}) {
      assertThat(joined(images)).as("%d images", images).containsExactlyEntriesOf(expected);
    }
  }

  @Test
  void partsHaveWholeBatches() {
    assertThat(CacheParts.divide(DataSet.open(folder), BUCKETS, 2, 3))
        .containsExactly(new CachePart(0, 4), new CachePart(4, 7), new CachePart(7, 10));
  }

  @Test
  void imagesThatCannotBeReadAreCountedOverAllParts() throws IOException {
    Samples.cutShort(folder.resolve("square0.png"));
    Samples.cutShort(folder.resolve("wide2.png"));
    assertThat(joined(2)).containsExactlyEntriesOf(whole());
  }

  @Test
  void aPartThatIsMissingIsRefused() {
    List<Path> lacking = parts(3).subList(0, 2);
    assertThatThrownBy(() -> CacheParts.join(lacking, temporary.resolve("joined")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("7 of 10 images");
  }

  @Test
  void partsThatDoNotFollowEachOtherAreRefused() {
    List<Path> small = parts(1);
    Path gap = temporary.resolve("gap");
    assertThatThrownBy(() -> CacheParts.join(List.of(small.get(0), small.get(5)), gap))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a part starts after 9 images instead of 2");
    Path twice = temporary.resolve("twice");
    List<Path> overlapping = List.of(parts(100).get(0), small.get(5));
    assertThatThrownBy(() -> CacheParts.join(overlapping, twice))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a part starts after 9 images instead of 10");
    assertThatThrownBy(() -> CacheParts.join(small.subList(1, 6), temporary.resolve("end")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a part starts after 2 images instead of 0");
  }
}
