package dev.sana4j.weights;

import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static dev.sana4j.weights.UntrustedFile.safetensors;
import static dev.sana4j.weights.UntrustedFile.tensor;
import static dev.sana4j.weights.UntrustedFile.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the entries of a header, for one tensor and for all tensors together. */
class SafetensorsEntryTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "1", "\"x\"", "true"})
  void tensorThatIsNotAnObjectIsRefused(String value) {
    refused("{\"a\":" + value + "}", 0).contains("tensor 'a': expected an object, got");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"dtype\":\"U8\",\"shape\":[1]}",
        "{\"dtype\":\"U8\",\"data_offsets\":[0,1]}",
        "{\"shape\":[1],\"data_offsets\":[0,1]}"
      })
  void missingFieldIsRefused(String value) {
    refused("{\"a\":" + value + "}", 1).contains("tensor 'a': expected the fields");
  }

  @Test
  void extraFieldIsRefused() {
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":0}}", 1)
        .contains("tensor 'a': unknown field 'x'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"F4\"", "\"f32\"", "\"\"", "1", "null", "[\"F32\"]"})
  void unknownTypeIsRefused(String dtype) {
    refused("{\"a\":{\"dtype\":" + dtype + ",\"shape\":[1],\"data_offsets\":[0,4]}}", 4)
        .contains("tensor 'a'")
        .contains("dtype");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[-1]",
        "[-0]",
        "[1.0]",
        "[1e0]",
        "[\"1\"]",
        "[null]",
        "[[1]]",
        "[{}]",
        "[true]",
        "1",
        "{}",
        "null",
        "\"1\"",
        "[9223372036854775808]",
        "[18446744073709551617]"
      })
  void shapeOtherThanNonNegativeIntegersIsRefused(String shape) {
    refused("{\"a\":" + tensor("U8", shape, 0, 1) + "}", 1)
        .contains("tensor 'a'")
        .contains("shape");
  }

  @Test
  void moreThanEightDimensionsAreRefused() {
    refused("{\"a\":" + tensor("U8", "[1,1,1,1,1,1,1,1,1]", 0, 1) + "}", 1)
        .contains("tensor 'a': expected at most 8 numbers in shape");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[4294967296,4294967296]",
        "[9223372036854775807]",
        "[0,4294967296,4294967296]",
        "[4294967296,4294967296,0]",
        "[2305843009213693952]"
      })
  void shapeWhoseBytesOverflowIsRefused(String shape) {
    refused("{\"a\":" + tensor("I32", shape, 0, 0) + "}", 0)
        .contains("tensor 'a'")
        .contains("2^63");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[0]",
        "[0,1,1]",
        "[1,0]",
        "[-1,0]",
        "[0,1.0]",
        "[0.0,1]",
        "[\"0\",1]",
        "{}",
        "null",
        "1",
        "[0,9223372036854775808]",
        "[null,1]"
      })
  void offsetsOtherThanTwoOrderedIntegersAreRefused(String offsets) {
    refused("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":" + offsets + "}}", 1)
        .contains("tensor 'a'")
        .contains("data_offsets");
  }

  @Test
  void truncatedDataIsRefused() {
    refused("{\"a\":" + tensor("F32", "[2]", 0, 8) + "}", 7).contains("tensor 'a'", "truncated");
    refused("{\"a\":" + tensor("U8", "[1]", Long.MAX_VALUE - 1, Long.MAX_VALUE) + "}", 7)
        .contains("tensor 'a'", "within 7 bytes");
  }

  @Test
  void bytesThatDoNotMatchTheShapeAreRefused() {
    refused("{\"a\":" + tensor("F32", "[2]", 0, 4) + "}", 4)
        .contains("tensor 'a': expected 8 bytes for F32 [2], got 4");
  }

  @Test
  void overlappingTensorsAreRefused() {
    refused("{\"a\":" + tensor("U8", "[4]", 0, 4) + ",\"b\":" + tensor("U8", "[4]", 2, 6) + "}", 6)
        .contains("tensor 'b'", "overlap");
    refused("{\"a\":" + tensor("U8", "[4]", 0, 4) + ",\"b\":" + tensor("U8", "[4]", 0, 4) + "}", 4)
        .contains("overlap");
  }

  @Test
  void gapBetweenTensorsIsRefused() {
    refused("{\"a\":" + tensor("U8", "[2]", 0, 2) + ",\"b\":" + tensor("U8", "[2]", 3, 5) + "}", 5)
        .contains("tensor 'b'", "gap");
    refused("{\"a\":" + tensor("U8", "[2]", 1, 3) + "}", 3).contains("tensor 'a'", "gap");
  }

  @Test
  void dataAfterTheLastTensorIsRefused() {
    refused("{\"a\":" + tensor("U8", "[2]", 0, 2) + "}", 3)
        .contains("expected 2 bytes of data for all tensors, got 3");
    refused("{}", 1).contains("got 1");
  }

  @Test
  void emptyAndOverlongNamesAreRefused() {
    String value = tensor("U8", "[1]", 0, 1);

    refused("{\"\":" + value + "}", 1).contains("1 to 1024 characters, got 0");
    refused("{\"" + "n".repeat(1025) + "\":" + value + "}", 1).contains("got 1025");
    write(file, safetensors("{\"" + "n".repeat(1024) + "\":" + value + "}", 1));
    assertThat(SafetensorsHeader.read(file).entries()).hasSize(1);
  }

  @Test
  void namesCannotForgeALineOfTheMessage() {
    refused("{\"a\\nINFO all is well\":1}", 0).contains("tensor 'a\\u000aINFO all is well'");
  }

  private AbstractStringAssert<?> refused(String json, int dataBytes) {
    write(file, safetensors(json, dataBytes));
    return refused();
  }

  private AbstractStringAssert<?> refused() {
    return assertRefused(file, () -> SafetensorsHeader.read(file));
  }
}
