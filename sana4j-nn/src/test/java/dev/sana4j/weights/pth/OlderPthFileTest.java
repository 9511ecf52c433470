package dev.sana4j.weights.pth;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static dev.sana4j.weights.UntrustedFile.write;
import static dev.sana4j.weights.pth.Pickles.bytes;
import static dev.sana4j.weights.pth.Pickles.dictOfTensor;
import static dev.sana4j.weights.pth.Pickles.text;
import static dev.sana4j.weights.pth.Pickles.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OlderPthFileTest {
  private static final String MAGIC = "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
  private static final String VERSION = "\u0080\u0002M\u00e9\u0003.";
  private static final String LITTLE = "\u0080\u0002}" + text("little_endian") + "\u0088s.";
  private static final String KEYS = "\u0080\u0002]" + text("7") + "a.";
  private static final String STORAGE =
      "(" + text("storage") + "ctorch\nFloatStorage\n" + text("7") + text("cpu") + "K\4NtQ";
  private static final String TENSOR = dictOfTensor(STORAGE, "K\0", tuple(2, 2), tuple(2, 1));

  @TempDir private Path folder;

  private Path file(String pickles, long count, float... values) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(bytes(pickles));
    ByteBuffer storage =
        ByteBuffer.allocate(8 + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN).putLong(count);
    for (float value : values) {
      storage.putFloat(value);
    }
    out.writeBytes(storage.array());
    return write(folder.resolve("a.pth"), out.toByteArray());
  }

  private void assertRefusedBecause(Path file, String... because) {
    assertRefused(file, () -> OlderPthFile.open(file).close()).contains(because);
  }

  @Test
  void readsTensors() {
    Path file = file(MAGIC + VERSION + LITTLE + TENSOR + KEYS, 4, 1, 2, 3, 4);
    assertThat(OlderPthFile.isOne(file)).isTrue();
    TensorScope.run(
        () -> {
          try (OlderPthFile opened = OlderPthFile.open(file)) {
            assertThat(opened.names()).containsExactly("a");
            assertThat(opened.tensor("a")).isCloseTo(Tensors.of(new float[] {1, 2, 3, 4}, 2, 2), 0);
          }
        });
  }

  @Test
  void refusesGapsBetweenElements() {
    String tensor = dictOfTensor(STORAGE, "K\0", tuple(2, 1), tuple(2, 1));
    assertRefusedBecause(
        file(MAGIC + VERSION + LITTLE + tensor + KEYS, 4, 1, 2, 3, 4),
        "contiguous elements of 'a'");
  }

  @Test
  void aClosedFileHasNoTensors() {
    OlderPthFile opened =
        OlderPthFile.open(file(MAGIC + VERSION + LITTLE + TENSOR + KEYS, 4, 1, 2, 3, 4));
    opened.close();
    assertThatThrownBy(() -> opened.tensor("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void newerFilesAreNotOfThisFormat() {
    assertThat(OlderPthFile.isOne(Pickles.pth(folder.resolve("b.pth"), TENSOR, 16))).isFalse();
  }

  @Test
  void refusesCode() {
    String code = "\u0080\u0002cos\nsystem\n.";
    assertRefusedBecause(
        file(MAGIC + VERSION + LITTLE + code + KEYS, 4, 1, 2, 3, 4),
        "os.system",
        "no code was run");
  }

  @Test
  void refusesAnotherHeader() {
    assertRefusedBecause(
        file(MAGIC + MAGIC + LITTLE + TENSOR + KEYS, 4, 1, 2, 3, 4), "expected the header");
  }

  @Test
  void refusesAFileThatIsCutShort() {
    assertRefusedBecause(file(MAGIC + VERSION + LITTLE + TENSOR + KEYS, 4, 1, 2), "is cut short");
  }

  @Test
  void refusesAStorageOfAnotherSize() {
    assertRefusedBecause(
        file(MAGIC + VERSION + LITTLE + TENSOR + KEYS, 5, 1, 2, 3, 4, 5), "as many elements");
  }

  @Test
  void refusesAStorageThatIsMissing() {
    assertRefusedBecause(
        file(MAGIC + VERSION + LITTLE + TENSOR + "\u0080\u0002].", 4, 1, 2, 3, 4),
        "does not contain");
  }
}
