package dev.sana4j.weights;

import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static dev.sana4j.weights.UntrustedFile.safetensors;
import static dev.sana4j.weights.UntrustedFile.tensor;
import static dev.sana4j.weights.UntrustedFile.withLength;
import static dev.sana4j.weights.UntrustedFile.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sana4j.weights.SafetensorsHeader.Entry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsHeaderTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("model.safetensors");
  }

  @Test
  void tensorsComeInTheOrderOfTheirDataWithPlacesInTheFile() {
    String json =
        "{\"b\":{\"shape\":[2],\"dtype\":\"BF16\",\"data_offsets\":[24,28]},"
            + "\"__metadata__\":{\"format\":\"pt\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}";
    SafetensorsHeader header = SafetensorsHeader.read(write(file, safetensors(json, 28)));

    long start = 8L + json.length();
    assertThat(header.entries().values())
        .containsExactly(
            new Entry("a", "F32", List.of(2L, 3L), start, 24),
            new Entry("b", "BF16", List.of(2L), start + 24, 4));
    assertThat(header.entries().keySet()).containsExactly("a", "b");
    assertThat(header.metadata()).containsExactly(entry("format", "pt"));
    assertThat(header.fileSize()).isEqualTo(start + 28);
  }

  @Test
  void scalarsEmptyTensorsAndPaddingAreRead() {
    SafetensorsHeader header =
        SafetensorsHeader.read(
            write(
                file,
                safetensors(
                    "{\"s\":"
                        + tensor("F64", "[]", 0, 8)
                        + ",\"e\":"
                        + tensor("F32", "[3,0]", 8, 8)
                        + ",\"e2\":"
                        + tensor("U8", "[0]", 0, 0)
                        + "}    ",
                    8)));

    assertThat(header.entries().values())
        .extracting(Entry::name, Entry::shape, Entry::byteCount)
        .containsExactly(
            tuple("e2", List.of(0L), 0L),
            tuple("s", List.of(), 8L),
            tuple("e", List.of(3L, 0L), 0L));
  }

  @Test
  void fileWithoutTensorsIsRead() {
    assertThat(SafetensorsHeader.read(write(file, safetensors("{}", 0))).entries()).isEmpty();
  }

  @Test
  void contentsCannotBeChanged() {
    SafetensorsHeader header = SafetensorsHeader.read(write(file, safetensors("{}", 0)));

    assertThatThrownBy(header.entries()::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> header.metadata().put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL,1",
    "U8,1",
    "I8,1",
    "F8_E4M3,1",
    "F8_E5M2,1",
    "I16,2",
    "U16,2",
    "F16,2",
    "BF16,2",
    "I32,4",
    "U32,4",
    "F32,4",
    "I64,8",
    "U64,8",
    "F64,8"
  })
  void everyTypeHasItsSize(String dtype, int bytes) {
    String json = "{\"x\":" + tensor(dtype, "[3]", 0, 3L * bytes) + "}";

    assertThat(SafetensorsHeader.read(write(file, safetensors(json, 3 * bytes))).entries())
        .containsKey("x");
  }

  @Test
  void missingFileIsRefused() {
    refused().contains("does not exist");
  }

  @Test
  void folderIsRefused() throws IOException {
    Files.createDirectory(file);

    refused().contains("a folder");
  }

  @Test
  void emptyFileIsRefused() {
    write(file, "");

    refused().contains("the file is empty");
  }

  @Test
  void fileThatEndsInTheLengthIsRefused() {
    write(file, new byte[7]);

    refused().contains("got a file of 7");
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 1000, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void lengthBeyondTheFileIsRefused(long length) {
    write(file, withLength(length, "{}".getBytes(UTF_8), 0));

    refused().contains("got a length of " + Long.toUnsignedString(length));
  }

  @Test
  void headerOfMoreThan100MegabytesIsRefused() throws IOException {
    write(file, withLength(100_000_001, "{}".getBytes(UTF_8), 0));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(200_000_000);
    }

    refused().contains("at most 100000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " {}", "[]", "null", "\"x\"", "7", "\ufeff{}", "hello"})
  void headerThatDoesNotStartAsAnObjectIsRefused(String json) {
    refused(json, 0).contains("starts with '{'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "{\"a\"", "{\"a\":", "{a:1}", "{'a':1}", "{,}", "{\"__metadata__\":{}", "{]"})
  void headerThatIsNotJsonIsRefused(String json) {
    refused(json, 0).contains("not valid JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}{}", "{}x", "{} 1"})
  void textAfterTheHeaderIsRefused(String json) {
    refused(json, 0);
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    byte[] json = "{\"é\":1}".getBytes(ISO_8859_1);
    write(file, withLength(json.length, json, 0));

    refused().contains("not UTF-8");
  }

  @Test
  void otherUnicodeEncodingsAreRefused() {
    byte[] json = "{}".getBytes(UTF_16LE);
    write(file, withLength(json.length, json, 0));

    refused().contains("not valid JSON");
  }

  @Test
  void tensorNamedTwiceIsRefused() {
    String one = tensor("U8", "[1]", 0, 1);

    refused("{\"a\":" + one + ",\"a\":" + one + "}", 1).contains("Duplicate").contains("a");
    refused("{\"a\":" + one + ",\"\\u0061\":" + one + "}", 1).contains("Duplicate");
  }

  @Test
  void fieldGivenTwiceIsRefusedWithItsTensor() {
    refused("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[],\"data_offsets\":[0,1]}}", 1)
        .contains("tensor 'a'")
        .contains("Duplicate");
  }

  @Test
  void metadataGivenTwiceIsRefused() {
    refused("{\"__metadata__\":{},\"__metadata__\":{}}", 0).contains("Duplicate");
    refused("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0).contains("Duplicate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "\"pt\"", "{\"k\":1}", "{\"k\":null}", "{\"k\":{}}"})
  void metadataOtherThanTextsIsRefused(String metadata) {
    refused("{\"__metadata__\":" + metadata + "}", 0).contains("__metadata__");
  }

  @Test
  void floodOfMetadataIsRefused() {
    String texts =
        IntStream.rangeClosed(0, 100_000).mapToObj(i -> "\"" + i + "\":\"\"").collect(joining(","));

    refused("{\"__metadata__\":{" + texts + "}}", 0).contains("at most 100000 strings");
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(100_000);

    refused("{\"a\":" + deep, 0).contains("tensor 'a'");
    refused("{\"a\":{\"shape\":" + deep, 0).contains("tensor 'a'");
  }

  private AbstractStringAssert<?> refused(String json, int dataBytes) {
    write(file, safetensors(json, dataBytes));
    return refused();
  }

  private AbstractStringAssert<?> refused() {
    return assertRefused(file, () -> SafetensorsHeader.read(file));
  }
}
