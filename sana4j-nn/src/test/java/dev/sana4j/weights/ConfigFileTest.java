package dev.sana4j.weights;

import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static dev.sana4j.weights.UntrustedFile.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("config.json");
  }

  @Test
  void valuesAreReadByKeyAndType() {
    ConfigFile config =
        config(
            """
            {"name": "silu", "heads": 16, "eps": 1e-06, "theta": 10000, "bias": false,
             "layers": [2, 1], "scales": [[], [5]], "kinds": ["a", "b"], "none": []}
            """);

    assertThat(config.text("name")).isEqualTo("silu");
    assertThat(config.integer("heads")).isEqualTo(16);
    assertThat(config.number("eps")).isEqualTo(1e-6);
    assertThat(config.number("theta")).isEqualTo(10000.0);
    assertThat(config.flag("bias")).isFalse();
    assertThat(config.integers("layers")).containsExactly(2, 1);
    assertThat(config.integerLists("scales")).containsExactly(List.of(), List.of(5));
    assertThat(config.texts("kinds")).containsExactly("a", "b");
    assertThat(config.texts("none")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"k\":null}"})
  void absentAndNullKeysTakeTheDefault(String json) {
    ConfigFile config = config(json);

    assertThat(config.has("k")).isFalse();
    assertThat(config.text("k", "x")).isEqualTo("x");
    assertThat(config.integer("k", 3)).isEqualTo(3);
    assertThat(config.number("k", 0.5)).isEqualTo(0.5);
    assertThat(config.flag("k", true)).isTrue();
    assertThat(config.integers("k", List.of(1))).containsExactly(1);
    assertThat(config.integerLists("k", List.of(List.of(1)))).containsExactly(List.of(1));
    assertThat(config.texts("k", List.of("x"))).containsExactly("x");
  }

  @Test
  void presentKeysDoNotTakeTheDefault() {
    ConfigFile config =
        config("{\"t\":\"a\",\"i\":1,\"n\":2.5,\"f\":false,\"l\":[1],\"ll\":[[2]],\"ts\":[\"a\"]}");

    assertThat(config.text("t", "x")).isEqualTo("a");
    assertThat(config.integer("i", 3)).isEqualTo(1);
    assertThat(config.number("n", 0.5)).isEqualTo(2.5);
    assertThat(config.flag("f", true)).isFalse();
    assertThat(config.integers("l", List.of())).containsExactly(1);
    assertThat(config.integerLists("ll", List.of())).containsExactly(List.of(2));
    assertThat(config.texts("ts", List.of())).containsExactly("a");
  }

  @Test
  void requiredKeysAreRefusedWhenAbsent() {
    List<Consumer<ConfigFile>> readings =
        List.of(
            c -> c.text("k"),
            c -> c.integer("k"),
            c -> c.number("k"),
            c -> c.flag("k"),
            c -> c.integers("k"),
            c -> c.integerLists("k"),
            c -> c.texts("k"),
            c -> c.object("k"));

    for (Consumer<ConfigFile> reading : readings) {
      refused("{}", reading).contains("key 'k': expected a value, got no such key");
      refused("{\"k\":null}", reading).contains("key 'k': expected a value, got null");
    }
  }

  @Test
  void wrongTypesAreRefusedEvenWithADefault() {
    refused("{\"k\":1}", c -> c.text("k", "")).endsWith("key 'k': expected a string, got 1");
    refused("{\"k\":\"true\"}", c -> c.flag("k", true)).contains("true or false, got \"true\"");
    refused("{\"k\":1}", c -> c.flag("k")).contains("true or false, got 1");
    refused("{\"k\":\"1.5\"}", c -> c.number("k", 0)).contains("a number, got \"1.5\"");
    refused("{\"k\":true}", c -> c.number("k")).contains("a number, got true");
    refused("{\"k\":5}", c -> c.integers("k")).contains("an array, got 5");
    refused("{\"k\":\"a\"}", c -> c.texts("k")).contains("an array, got \"a\"");
    refused("{\"k\":[1]}", c -> c.object("k")).contains("an object, got an array of size 1");
    refused("{\"k\":{}}", c -> c.text("k")).contains("a string, got an object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"8\"",
        "8.5",
        "8.0",
        "8e0",
        "true",
        "[8]",
        "2147483648",
        "-2147483649",
        "NaN",
        "9223372036854775808",
        "100000000000000000000000"
      })
  void onlyIntegersOf32BitsAreIntegers(String value) {
    refused("{\"k\":" + value + "}", c -> c.integer("k"))
        .contains("key 'k': expected a 32-bit integer, got ");
  }

  @Test
  void numberWithAFractionOfZeroIsShownAsWritten() {
    refused("{\"k\":8.0}", c -> c.integer("k")).endsWith("got 8.0");
  }

  @Test
  void elementsOfListsAreNamedByIndex() {
    refused("{\"k\":[1,2.5]}", c -> c.integers("k")).contains("key 'k[1]'", "got 2.5");
    refused("{\"k\":[1,null]}", c -> c.integers("k")).contains("key 'k[1]'", "got null");
    refused("{\"k\":[[1],[1,\"x\"]]}", c -> c.integerLists("k")).contains("key 'k[1][1]'");
    refused("{\"k\":[[1],2]}", c -> c.integerLists("k")).contains("key 'k[1]'", "an array, got 2");
    refused("{\"k\":[\"a\",1]}", c -> c.texts("k"))
        .contains("key 'k[1]': expected a string, got 1");
  }

  @Test
  void nestedObjectsNameTheFullPath() {
    String json = "{\"rope\":{\"inner\":{\"theta\":\"x\"}}}";

    assertThat(config(json).object("rope").object("inner").text("theta")).isEqualTo("x");
    refused(json, c -> c.object("rope").object("inner").number("theta"))
        .contains("key 'rope.inner.theta'");
  }

  @Test
  void keysComeInTheOrderOfTheFile() {
    assertThat(config("{\"b\":1,\"a\":null,\"c\":{}}").keys()).containsExactly("b", "a", "c");
  }

  @Test
  void pythonsNumbersBeyondJsonAreRead() {
    ConfigFile config = config("{\"a\":-Infinity,\"b\":Infinity,\"c\":NaN}");

    assertThat(config.number("a")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(config.number("b")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(config.number("c")).isNaN();
  }

  @Test
  void numbersThatOverflowAreRefused() {
    refused("{\"k\":1e999}", c -> c.number("k")).contains("a 64-bit number");
    refused("{\"k\":-1e2000000000}", c -> c.number("k")).contains("a 64-bit number");
    refused("{\"k\":1" + "0".repeat(400) + "}", c -> c.number("k")).contains("a 64-bit number");
    refused("{\"k\":1e99999999999}", c -> c.number("k")).contains("64-bit numbers");
    refused("{\"k\":" + "1".repeat(100_000) + "}", c -> c.number("k")).contains("not valid JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "[]", "null", "1", "\"x\"", "{", "{}{}", "{} x", "{a:1}", "\ufeff{}"})
  void contentOtherThanOneObjectIsRefused(String content) {
    refused(content, c -> {});
  }

  @Test
  void duplicateKeysAreRefused() {
    refused("{\"a\":1,\"a\":2}", c -> {}).contains("Duplicate");
    refused("{\"o\":{\"a\":1,\"a\":2}}", c -> {}).contains("Duplicate");
  }

  @Test
  void nestingBeyond64IsRefused() {
    refused("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}", c -> {}).contains("not valid JSON");
    assertThat(config("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}").has("a")).isTrue();
  }

  @Test
  void fileOfMoreThan4MebibytesIsRefused() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((4L << 20) + 1);
    }

    assertRefused(file, () -> ConfigFile.read(file)).contains("too large");
  }

  @Test
  void missingFileAndFolderAreRefused() {
    assertRefused(file, () -> ConfigFile.read(file)).contains("does not exist");
    assertRefused(folder, () -> ConfigFile.read(folder)).contains("a folder");
  }

  private ConfigFile config(String json) {
    return ConfigFile.read(write(file, json));
  }

  private AbstractStringAssert<?> refused(String json, Consumer<ConfigFile> reading) {
    write(file, json);
    return assertRefused(file, () -> reading.accept(ConfigFile.read(file)));
  }
}
