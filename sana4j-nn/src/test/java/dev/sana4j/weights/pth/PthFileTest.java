package dev.sana4j.weights.pth;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static dev.sana4j.weights.UntrustedFile.write;
import static dev.sana4j.weights.pth.Pickles.STORAGE;
import static dev.sana4j.weights.pth.Pickles.archive;
import static dev.sana4j.weights.pth.Pickles.bytes;
import static dev.sana4j.weights.pth.Pickles.dictOf;
import static dev.sana4j.weights.pth.Pickles.dictOfTensor;
import static dev.sana4j.weights.pth.Pickles.pth;
import static dev.sana4j.weights.pth.Pickles.text;
import static dev.sana4j.weights.pth.Pickles.tuple;
import static dev.sana4j.weights.pth.Pickles.zip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PthFileTest {
  private static final String TENSOR = dictOfTensor(STORAGE, "K\0", tuple(4), tuple(1));

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("a.pth");
  }

  private void assertRefusedBecause(Path file, String... because) {
    assertRefused(file, () -> PthFile.open(file).close()).contains(because);
  }

  /** A file with the floats 1, 2, 3, 4 as storage. */
  private Path floats(String pickle) {
    Map<String, byte[]> entries = archive(pickle, 16);
    ByteBuffer values = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    values.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
    entries.put("a/data/0", values.array());
    return write(file(), zip(entries));
  }

  private void assertTensor(String pickle, float[] values, long... shape) {
    Path file = floats(pickle);
    TensorScope.compute(
        () -> {
          try (PthFile opened = PthFile.open(file)) {
            assertThat(opened.tensor("a")).isCloseTo(Tensors.of(values, shape), 0);
          }
          return null;
        });
  }

  @Test
  void elementsAreThoseOfTheStorage() {
    assertTensor(TENSOR, new float[] {1, 2, 3, 4}, 4);
    assertTensor(dictOfTensor(STORAGE, "K\2", tuple(2), tuple(1)), new float[] {3, 4}, 2);
    assertTensor(dictOfTensor(STORAGE, "K\3", ")", ")"), new float[] {4});
  }

  @Test
  void aTensorMayBeEmpty() {
    Path file = floats(dictOfTensor(STORAGE, "K\4", tuple(0, 3), tuple(3, 1)));
    TensorScope.compute(
        () -> {
          try (PthFile opened = PthFile.open(file)) {
            assertThat(opened.tensor("a").shape()).containsExactly(0, 3);
          }
          return null;
        });
  }

  @Test
  void aTransposedTensorIsReadAsSuch() {
    assertTensor(
        dictOfTensor(STORAGE, "K\0", tuple(2, 1, 2), tuple(1, 7, 2)),
        new float[] {1, 3, 2, 4},
        2,
        1,
        2);
  }

  @Test
  void stridesWithGapsOrOverlapsAreRefused() {
    assertRefusedBecause(
        floats(dictOfTensor(STORAGE, "K\0", tuple(2), tuple(2))), "'a'", "strides [2]");
    assertRefusedBecause(
        floats(dictOfTensor(STORAGE, "K\0", tuple(2, 2), tuple(1, 1))), "'a'", "strides [1, 1]");
    assertRefusedBecause(floats(dictOfTensor(STORAGE, "K\0", tuple(2), tuple(0))), "strides [0]");
  }

  @Test
  void archivesOfOtherWritersAreReadAlsoWhereTensorsAreNotAligned() throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file()))) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> content : archive(TENSOR, 16).entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        CRC32 sum = new CRC32();
        sum.update(content.getValue());
        entry.setCrc(sum.getValue());
        entry.setSize(content.getValue().length);
        zip.putNextEntry(entry);
        zip.write(content.getValue());
      }
    }
    assertThat(Objects.requireNonNull(PthArchive.read(file()).entries().get("data/0")).offset() % 4)
        .isNotZero();
    TensorScope.compute(
        () -> {
          try (PthFile opened = PthFile.open(file())) {
            assertThat(opened.tensor("a")).isCloseTo(Tensors.of(new float[4], 4), 0);
          }
          return null;
        });
  }

  @Test
  void theStateDictIsFoundInsideOfWhatATrainingSaves() {
    String inner = dictOf("N").replace("N", TENSOR.substring(2, TENSOR.length() - 1));
    String nested = inner.replaceFirst("\u008c\1a", "\u008c\12state_dict");
    Path file = floats(nested.substring(0, nested.length() - 1) + text("epoch") + "K\5s.");
    try (PthFile opened = PthFile.open(file)) {
      assertThat(opened.names()).containsExactly("a");
    }
  }

  @Test
  void whatIsNoTensorInAStateDictIsRefused() {
    assertRefusedBecause(floats(dictOf("K\1")), "'a' to be a tensor");
    assertRefusedBecause(floats("}."), "expected tensors, got none");
    assertRefusedBecause(floats("]."), "a dict of tensors");
  }

  @Test
  void aStorageMustBeThereInTheRightSize() {
    assertRefusedBecause(pth(file(), TENSOR, 12), "storage of 4 elements for 'a'", "12 bytes");
    assertRefusedBecause(pth(file(), TENSOR, 17), "17 bytes");
    Map<String, byte[]> entries = archive(TENSOR, 16);
    entries.remove("a/data/0");
    assertRefusedBecause(write(file(), zip(entries)), "got none");
  }

  @Test
  void aStorageHasOneType() {
    String other = STORAGE.replace("Float", "Int");
    String second =
        dictOfTensor(other, "K\0", tuple(4), tuple(1)).substring(3).replace("\1a", "\1b");
    Path file = floats(TENSOR.substring(0, TENSOR.length() - 1) + second);
    assertRefusedBecause(file, "two types");
  }

  @Test
  void theFormatBeforePyTorch16IsRefused() {
    assertRefusedBecause(
        write(file(), bytes("\u0080\2\u008a\n")), "expected the format of PyTorch 1.6 or newer");
  }

  @Test
  void whatIsNoArchiveIsRefused() {
    assertRefusedBecause(write(file(), "no archive"), "zip archive");
    assertRefusedBecause(write(file(), ""), "the file is empty");
    assertRefusedBecause(write(file(), "<html>not found</html>"), "this is a web page");
    assertRefusedBecause(write(file(), "P"), "ends too early");
    assertRefusedBecause(folder, "a folder");
    assertRefusedBecause(folder.resolve("missing.pth"), "does not exist");
  }

  @Test
  void everyBeginningOfAFileIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(pth(file(), TENSOR, 16));
    for (int length = 0; length < whole.length; length += 7) {
      Path beginning = write(file(), Arrays.copyOf(whole, length));
      assertRefused(beginning, () -> PthFile.open(beginning).close());
    }
  }

  @Test
  void compressedEntriesAreRefused() throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file()))) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      zip.write(new byte[1 << 20]);
    }
    assertRefusedBecause(file(), "expected uncompressed entries", "a/data.pkl");
  }

  @Test
  void twoEntriesOfOneNameAreRefused() {
    Map<String, byte[]> entries = archive(TENSOR, 16);
    entries.put("a/data/1", new byte[16]);
    byte[] zip = zip(entries);
    byte[] renamed = replaced(zip, "a/data/1", "a/data/0");
    assertRefusedBecause(write(file(), renamed), "two entries", "a/data/0");
  }

  @Test
  void aNameThatDiffersBetweenDirectoryAndPlaceIsRefused() {
    byte[] zip = zip(archive(TENSOR, 16));
    int local = new String(zip, ISO_8859_1).indexOf("a/data/0");
    zip[local + 7] = '1';
    assertRefusedBecause(write(file(), zip), "differ", "a/data/0");
  }

  @Test
  void entriesThatOverlapAreRefused() {
    byte[] zip = zip(archive(TENSOR, 16));
    int directory = directory(zip, 0);
    ByteBuffer fields = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int larger = fields.getInt(directory + 24) + 20;
    fields.putInt(directory + 20, larger).putInt(directory + 24, larger);
    assertRefusedBecause(write(file(), zip), "overlap");
  }

  @Test
  void anEntryOutsideOfTheFileIsRefused() {
    byte[] zip = zip(archive(TENSOR, 16));
    ByteBuffer fields = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int directory = directory(zip, 2);
    fields.putInt(directory + 20, 1 << 30).putInt(directory + 24, 1 << 30);
    assertRefusedBecause(write(file(), zip), "outside the file", "a/data/0");
    fields.putInt(directory + 42, 1 << 30);
    assertRefusedBecause(write(file(), zip), "outside the file", "a/data/0");
  }

  @Test
  void encryptedEntriesAreRefused() {
    byte[] zip = zip(archive(TENSOR, 16));
    zip[directory(zip, 0) + 8] |= 1;
    assertRefusedBecause(write(file(), zip), "encrypted", "a/data.pkl");
  }

  @Test
  void aNumberOfEntriesThatIsNotThereIsRefused() {
    byte[] zip = zip(archive(TENSOR, 16));
    int end = zip.length - 22 - 20 - 56;
    ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putLong(end + 32, 1L << 40);
    assertRefusedBecause(write(file(), zip), "entries");
    ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putLong(end + 32, 3);
    assertRefusedBecause(write(file(), zip), "3 entries");
  }

  @Test
  void aDamagedPickleIsFoundByItsSum() {
    byte[] zip = zip(archive(TENSOR, 16));
    zip[64 + 8] ^= 1;
    assertRefusedBecause(write(file(), zip), "checksum", "data.pkl");
  }

  @Test
  void damagedElementsAreFoundWhenAskedFor() {
    byte[] zip = zip(archive(TENSOR, 16));
    int place = new String(zip, ISO_8859_1).indexOf("a/data/0");
    int data = (place + 8 + 4 + 63) / 64 * 64;
    zip[data] ^= 1;
    Path file = write(file(), zip);
    try (PthFile opened = PthFile.open(file)) {
      assertRefused(file, () -> opened.checkSums(count -> {})).contains("checksum", "data/0");
    }
  }

  @Test
  void numbersOfTheOtherByteOrderAreRefused() {
    Map<String, byte[]> entries = archive(TENSOR, 16);
    entries.put("a/byteorder", bytes("big"));
    assertRefusedBecause(write(file(), zip(entries)), "little-endian");
  }

  @Test
  void anArchiveHasOnePickleAndOneFolder() {
    Map<String, byte[]> two = new LinkedHashMap<>(archive(TENSOR, 16));
    two.put("b/data.pkl", bytes(TENSOR));
    assertRefusedBecause(write(file(), zip(two)), "one data.pkl", "got 2");
    Map<String, byte[]> outside = new LinkedHashMap<>(archive(TENSOR, 16));
    outside.put("../evil", bytes(TENSOR));
    assertRefusedBecause(write(file(), zip(outside)), "../evil");
  }

  @Test
  void tensorsThatShareAStorageHaveNoOutline() {
    String second =
        dictOfTensor(STORAGE, "K\0", tuple(4), tuple(1)).substring(3).replace("\1a", "\1b");
    Path file = floats(TENSOR.substring(0, TENSOR.length() - 1) + second);
    try (PthFile opened = PthFile.open(file)) {
      assertThat(opened.names()).containsExactly("a", "b");
      assertThat(opened.outline()).isNull();
    }
  }

  @Test
  void tensorsAreListedWithTypeAndShape() {
    try (PthFile opened = PthFile.open(floats(TENSOR))) {
      assertThat(opened.specs()).containsExactly(new TensorSpec("a", DType.FLOAT32, List.of(4L)));
    }
  }

  /** Returns the position of an entry of the directory by its number. */
  private static int directory(byte[] zip, int index) {
    ByteBuffer fields = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int at = fields.getInt(zip.length - 22 + 16);
    for (int i = 0; i < index; i++) {
      at += 46 + fields.getShort(at + 28) + fields.getShort(at + 30);
    }
    return at;
  }

  private static byte[] replaced(byte[] content, String old, String with) {
    return bytes(new String(content, ISO_8859_1).replace(old, with));
  }
}
