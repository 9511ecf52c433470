package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.files.SanaException;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.LoraChoice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLineTest {
  @Test
  void everyValueIsRead() {
    String text =
        "{\"prompt\": \"a cat\", \"negative_prompt\": \"blurry\", \"seed\": -3, \"width\": 64,"
            + " \"height\": 32, \"steps\": 4, \"guidance_scale\": 3.5, \"output\": \"cat\","
            + " \"image\": \"dog.png\", \"mask\": \"mask.png\", \"strength\": 0.5,"
            + " \"lora\": [\"style.safetensors:0.8\"]}";
    assertThat(JsonLine.parse(9, text))
        .isEqualTo(
            new PromptLine(
                9,
                "a cat",
                "blurry",
                -3L,
                new ImageSize(64, 32),
                4,
                3.5,
                "cat",
                Path.of("dog.png"),
                Path.of("mask.png"),
                0.5,
                List.of(new LoraChoice("style.safetensors", 0.8))));
  }

  @Test
  void aSizeMayBeOneText() {
    assertThat(JsonLine.parse(1, "{\"size\": \"64x32\"}").size()).isEqualTo(new ImageSize(64, 32));
  }

  @Test
  void aNullIsNotGiven() {
    assertThat(JsonLine.parse(1, "{\"prompt\": \"a cat\", \"seed\": null, \"lora\": null}"))
        .isEqualTo(PromptLine.of(1, "a cat"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      value = {
        "{\"promt\": \"a\"} | unknown key \"promt\"",
        "{\"prompt\": 1} | prompt is not a string",
        "{\"seed\": 1.5} | seed is not a whole number",
        "{\"seed\": 1e30} | seed is not a whole number",
        "{\"seed\": 99999999999999999999} | seed is not a whole number",
        "{\"seed\": \"7\"} | seed is not a whole number",
        "{\"steps\": 0} | steps is not a whole number from 1",
        "{\"guidance_scale\": \"high\"} | guidance_scale is not a number",
        "{\"guidance_scale\": 1e999} | guidance_scale is not a number",
        "{\"width\": 64} | give both width and height",
        "{\"width\": 64, \"height\": 64, \"size\": \"64x64\"} | not both",
        "{\"size\": \"large\"} | large",
        "{\"image\": \"a\\u0000b\"} | image is not a file name",
        "{\"lora\": \"a.safetensors\"} | lora is not a list",
        "{\"lora\": [1]} | lora is not a list",
        "{\"prompt\": \"a\", \"prompt\": \"b\"} | not valid JSON",
        "{\"prompt\": \"a\"} {} | one JSON object",
        "[\"a\"] | one JSON object",
        "{\"prompt\": \"a\" | not valid JSON",
        "a cat | not valid JSON"
      })
  void anythingElseIsRefusedInOneLine(String text, String because) {
    assertThatThrownBy(() -> JsonLine.parse(1, text))
        .isInstanceOf(SanaException.class)
        .hasMessageContaining(because)
        .message()
        .hasLineCount(1);
  }

  /** Changes, deletes and repeats random bytes of a good line. */
  @Test
  void damagedTextIsReadOrRefused() {
    Random random = new Random(7);
    String good =
        "{\"prompt\": \"a cat 🐱\", \"seed\": 7, \"size\": \"64x32\", \"lora\": [\"a:1\"]}";
    for (int i = 0; i < 5000; i++) {
      byte[] text = good.getBytes(StandardCharsets.UTF_8);
      for (int j = random.nextInt(4); j >= 0; j--) {
        text[random.nextInt(text.length)] = (byte) random.nextInt(256);
      }
      int end = random.nextInt(4) == 0 ? random.nextInt(text.length) : text.length;
      String line = new String(text, 0, end, StandardCharsets.UTF_8);
      try {
        assertThat(JsonLine.parse(1, line).number()).isOne();
      } catch (SanaException e) {
        assertThat(e.isRefusal()).as(line).isTrue();
      }
    }
  }
}
