package dev.sana4j.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.files.SanaException;
import dev.sana4j.image.ImageSize;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestValuesTest {
  private static RequestValues of(String name, Object value) {
    return RequestValues.of(Map.of(name, value));
  }

  private static RequestValues ofText(String name, String value) {
    return RequestValues.ofText(Map.of(name, value));
  }

  private static void assertRefused(ThrowingCallable call, String because) {
    assertThatThrownBy(call)
        .isInstanceOf(SanaException.class)
        .hasMessageContaining(because)
        .message()
        .hasLineCount(1);
  }

  @Test
  void aJsonObjectHasValuesOfItsTypes() {
    RequestValues values =
        RequestValues.object(
            "{\"prompt\": \"一只猫 🐱\", \"seed\": -9223372036854775808, \"steps\": 4,"
                + " \"guidance\": 3.5, \"size\": \"64x32\", \"loras\": [\"a\", \"b:2\"]}");
    assertThat(values.text("prompt")).isEqualTo("一只猫 🐱");
    assertThat(values.whole("seed")).isEqualTo(Long.MIN_VALUE);
    assertThat(values.integer("steps", 4)).isEqualTo(4);
    assertThat(values.real("steps")).isEqualTo(4);
    assertThat(values.real("guidance")).isEqualTo(3.5);
    assertThat(values.size()).isEqualTo(new ImageSize(64, 32));
    assertThat(values.adapters("loras")).containsExactly("a", "b:2");
  }

  @Test
  void aNullIsMissingAndHasAName() {
    for (RequestValues values :
        List.of(
            RequestValues.object("{\"a\": null}"),
            RequestValues.of(Collections.singletonMap("a", null)))) {
      assertThat(values.names()).containsExactly("a");
      assertThat(values.value("a")).isNull();
      assertThat(values.text("a")).isNull();
      assertThat(values.whole("a")).isNull();
      assertThat(values.integer("a", 1)).isNull();
      assertThat(values.real("a")).isNull();
      assertThat(values.adapters("a")).isNull();
      assertThat(values.size()).isNull();
    }
  }

  @Test
  void wholeNumbersMayHaveAnyTypeOfThem() {
    for (Number number : List.of(5L, 5, (short) 5, (byte) 5, BigInteger.valueOf(5))) {
      assertThat(of("seed", number).whole("seed")).isEqualTo(5);
      assertThat(RequestValues.isWhole(number)).isTrue();
    }
    for (Object other : List.of(5.0, 5f, BigDecimal.valueOf(5), "5", true)) {
      assertRefused(() -> of("seed", other).whole("seed"), "seed is not a whole number");
    }
  }

  @Test
  void numbersMayHaveAnyType() {
    for (Number number : List.of(2.5, 2.5f, new BigDecimal("2.5"))) {
      assertThat(of("guidance", number).real("guidance")).isEqualTo(2.5);
    }
    for (Object other : List.of("2.5", true, Double.NaN, Float.POSITIVE_INFINITY)) {
      assertRefused(() -> of("guidance", other).real("guidance"), "guidance is not a number");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "5", "4294967297", "99999999999999999999"})
  void aWholeNumberOutOfRangeIsRefused(String number) {
    RequestValues values = of("steps", new BigInteger(number));
    assertRefused(() -> values.integer("steps", 4), "steps is not a whole number from 1 to 4");
  }

  @Test
  void aSeedHasSixtyFourBits() {
    BigInteger largest = BigInteger.valueOf(Long.MAX_VALUE);
    assertThat(of("seed", largest).whole("seed")).isEqualTo(Long.MAX_VALUE);
    RequestValues larger = of("seed", largest.add(BigInteger.ONE));
    assertRefused(() -> larger.whole("seed"), "seed is not a whole number");
  }

  @ParameterizedTest
  @CsvSource({
    "64, , , both width and height",
    ", 64, , both width and height",
    "64, 64, 64x64, not both",
    "0, 64, , width is not a whole number from 1 to 16384",
    "64, 16385, , height is not a whole number from 1 to 16384",
    ", , 64, not an image size",
  })
  void aSizeIsGivenOnceAndWhole(String width, String height, String size, String because) {
    Map<String, Object> given = new HashMap<>();
    given.put("width", width == null ? null : Integer.valueOf(width));
    given.put("height", height == null ? null : Integer.valueOf(height));
    given.put("size", size);
    assertRefused(() -> RequestValues.of(given).size(), because);
  }

  @Test
  void adaptersAreAListOfAtMostOneHundredStrings() {
    assertThat(of("lora", Collections.nCopies(100, "a")).adapters("lora")).hasSize(100);
    for (Object other : List.of("a", List.of(1), Collections.nCopies(101, "a"), Map.of())) {
      assertRefused(() -> of("lora", other).adapters("lora"), "lora is not a list of up to 100");
    }
  }

  @Test
  void textIsParsedWhereTypesAreMissing() {
    assertThat(ofText("seed", " -7 ").whole("seed")).isEqualTo(-7);
    assertThat(ofText("guidance", "4.5").real("guidance")).isEqualTo(4.5);
    assertThat(ofText("guidance", "1e1").real("guidance")).isEqualTo(10);
    assertThat(ofText("lora", " a:1 |b| c ").adapters("lora")).containsExactly("a:1", "b", "c");
    assertThat(ofText("prompt", " a cat ").text("prompt")).isEqualTo(" a cat ");
    assertThat(ofText("prompt", "  ").text("prompt")).isNull();
    assertThat(of("prompt", "  ").text("prompt")).isEqualTo("  ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.5", "1e3", "x", "99999999999999999999", "1e2147483647"})
  void textThatIsNotAWholeNumberIsRefused(String text) {
    assertRefused(() -> ofText("seed", text).whole("seed"), "seed is not a whole number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "NaN", "1e999", "1e2147483648", "0x10"})
  void textThatIsNotANumberIsRefused(String text) {
    assertRefused(() -> ofText("guidance", text).real("guidance"), "guidance is not a number");
  }

  @Test
  void aNumberInTextHasAtMostSixtyFourCharacters() {
    String longest = "0".repeat(63) + "7";
    assertThat(ofText("seed", longest).whole("seed")).isEqualTo(7);
    assertRefused(() -> ofText("seed", "0" + longest).whole("seed"), "seed is not");
    assertRefused(() -> ofText("guidance", "0" + longest).real("guidance"), "guidance is not");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      value = {
        "a cat | not valid JSON",
        "{\"a\": 1 | not valid JSON",
        "{\"a\": NaN} | not valid JSON",
        "{\"a\": 1, \"a\": 2} | not valid JSON",
        "{\"a\": [[[[1]]]]} | not valid JSON",
        "{} {} | one JSON object",
        "[\"a\"] | one JSON object",
        "null | one JSON object",
      })
  void onlyOneJsonObjectIsRead(String json, String because) {
    assertRefused(() -> RequestValues.object(json), because);
  }

  @Test
  void emptyTextIsNotAnObject() {
    assertRefused(() -> RequestValues.object(""), "not valid JSON");
  }
}
