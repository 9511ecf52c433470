package dev.sana4j.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages requests like faulty clients, proxies and attackers do. */
final class Mutations {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "0.5",
          "1e308",
          "-1e400",
          "99999999999999999999999999",
          "\"\"",
          "\" \"",
          "\"x\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../etc/passwd\"",
          "\"http://127.0.0.1:1/x.png\"",
          "\"file:///etc/passwd\"",
          "\"data:image/png;base64,\"",
          "\"data:image/png;base64,AAAA\"",
          "\"iVBORw0KGgoAAAANSUhEUgAA\"",
          "\"/api/v1/images/none\"",
          "\"1024x\"",
          "\"99999x99999\"",
          "[]",
          "[[[[]]]]",
          "{}",
          "{\"image_url\":7}",
          "[{\"image_url\":\"x\"}]");

  private static final List<String> BODIES =
      List.of(
          "",
          " ",
          "null",
          "7",
          "\"text\"",
          "[]",
          "{",
          "}",
          "{\"prompt\"",
          "{\"prompt\":}",
          "{\"prompt\":\"a cat\"",
          "{\"prompt\":\"a cat\"}}",
          "{\"prompt\":\"a cat\"} {\"prompt\":\"a dog\"}",
          "{'prompt':'a cat'}",
          "{\"prompt\":NaN}",
          "\uFEFF{}",
          "[".repeat(5000),
          "{\"a\":".repeat(5000),
          "--x\r\nContent-Disposition: form-data\r\n\r\n",
          "prompt=a+cat");

  private final Random random;

  Mutations(long seed) {
    random = new Random(seed);
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Changes one field of a request, or replaces or damages the body. */
  byte[] of(String body) throws java.io.IOException {
    return switch (random.nextInt(5)) {
      case 0 -> any(BODIES).getBytes(StandardCharsets.UTF_8);
      case 1 -> damaged(body.getBytes(StandardCharsets.UTF_8));
      case 2 -> cut(body.getBytes(StandardCharsets.UTF_8));
      default -> otherValue(body).getBytes(StandardCharsets.UTF_8);
    };
  }

  private String otherValue(String body) throws java.io.IOException {
    ObjectNode object = (ObjectNode) ServerFixture.JSON.readTree(body);
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = any(names);
    JsonNode before = object.remove(name);
    String rest = object.toString();
    String value = random.nextInt(9) == 0 ? before + "0" : any(VALUES);
    String more = rest.length() > 2 ? "," : "";
    return "{\"" + name + "\":" + value + more + rest.substring(1);
  }

  byte[] damaged(byte[] bytes) {
    byte[] copy = bytes.clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
    }
    return copy;
  }

  byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  /** Returns a malicious path. */
  String path() {
    List<String> parts =
        List.of(
            "..",
            "%2e%2e",
            "%00",
            "%zz",
            "a".repeat(300),
            "v1",
            "api",
            "images",
            "jobs",
            "index.html",
            ";x=1",
            "~",
            "%c0%af",
            "web",
            "sdapi",
            "events",
            "//",
            "?",
            "#");
    StringBuilder path = new StringBuilder();
    for (int i = 0; i <= random.nextInt(6); i++) {
      path.append('/').append(any(parts));
    }
    return path.toString();
  }

  String method() {
    return any(List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "X"));
  }
}
