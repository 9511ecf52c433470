package dev.sana4j.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.measure.FeatureStatistics.Gaussian;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFileTest {
  private static final Gaussian SMALL =
      new Gaussian(new double[] {1.5, -2}, new double[] {1, 0.25, 0.25, 3});

  @TempDir private Path folder;

  private static byte[] array(String header, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(12 + header.length() + 4 * values.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0}).putInt(header.length());
    bytes.put(header.getBytes(StandardCharsets.US_ASCII));
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static String header(String shape) {
    return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n";
  }

  private Path archive(Map<String, byte[]> entries) throws IOException {
    var out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return Files.write(folder.resolve("given.npz"), out.toByteArray());
  }

  private Path archive(byte[] mu, byte[] sigma) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("mu.npy", mu);
    entries.put("sigma.npy", sigma);
    return archive(entries);
  }

  @Test
  void readsWhatItWrote() {
    Path file = folder.resolve("a.npz");
    StatisticsFile.write(file, SMALL);
    Gaussian read = StatisticsFile.read(file);
    assertThat(read.mean()).containsExactly(SMALL.mean());
    assertThat(read.covariance()).containsExactly(SMALL.covariance());
  }

  @Test
  void readsFloat32InAHeaderOfVersion2() throws IOException {
    Path file = archive(array(header("(2,)"), 1, 2), array(header("(2, 2)"), 3, 4, 4, 5));
    assertThat(StatisticsFile.read(file).mean()).containsExactly(1, 2);
    assertThat(StatisticsFile.read(file).covariance()).containsExactly(3, 4, 4, 5);
  }

  @Test
  void refusesShapesThatDoNotFit() throws IOException {
    Path file = archive(array(header("(2,)"), 1, 2), array(header("(1, 1)"), 3));
    assertRefused(file, "expected mu of shape (D,)");
  }

  @Test
  void refusesAnArrayThatIsTooLarge() throws IOException {
    Path file = archive(array(header("(99999,)"), 1), array(header("(99999, 99999)"), 3));
    assertRefused(file, "D up to 4096");
  }

  @Test
  void refusesAFileThatIsCutShort() throws IOException {
    Path file = archive(array(header("(2,)"), 1), array(header("(2, 2)"), 3));
    assertRefused(file, "is cut short");
  }

  @Test
  void refusesNumbersThatAreNotFinite() throws IOException {
    Path file = archive(array(header("(1,)"), Float.NaN), array(header("(1, 1)"), 3));
    assertRefused(file, "not finite");
  }

  @Test
  void refusesOtherDtypes() throws IOException {
    byte[] objects = array("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n", 1);
    assertRefused(archive(objects, objects), "not float32 or float64");
  }

  @Test
  void refusesAFileThatIsNoArchive() throws IOException {
    assertRefused(Files.writeString(folder.resolve("a.npz"), "text"), "not a NumPy archive");
  }

  @Test
  void refusesAnArchiveWithoutStatistics() throws IOException {
    assertRefused(archive(Map.of("x.npy", new byte[3])), "contains no array mu");
  }

  private static void assertRefused(Path file, String because) {
    assertThatThrownBy(() -> StatisticsFile.read(file))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining(because);
  }
}
