package dev.sana4j.weights;

import static dev.sana4j.weights.UntrustedFile.safetensors;
import static dev.sana4j.weights.UntrustedFile.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads thousands of damaged files: each is read or rejected, without any other effect. */
class MutatedFileTest {
  private static final int MUTATIONS = 1500;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> FRAGMENTS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "-",
          "0",
          "9",
          "1e9",
          ".",
          "null",
          "\\u0000",
          "\\",
          "99999999999999999999",
          "NaN",
          "F32",
          "../",
          "[[[[[[[[[[[[[[[[[[[[");

  @TempDir Path folder;

  @Test
  void damagedSafetensorsAreReadOrRefused() {
    byte[] valid =
        safetensors(
            """
            {"__metadata__":{"format":"pt"},\
            "a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
            "a.bias":{"dtype":"BF16","shape":[2],"data_offsets":[24,28]}}""",
            28);

    mutate(valid, file -> assertCovered(SafetensorsHeader.read(file)));
  }

  @Test
  void damagedIndexesAreReadOrRefused() {
    write(folder.resolve("m-1.safetensors"), "");
    write(folder.resolve("m-2.safetensors"), "");
    String valid =
        """
        {"metadata":{"total_size":7},
         "weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}""";

    mutate(
        valid.getBytes(UTF_8),
        file -> assertThat(ShardIndex.read(file).shards()).allMatch(p -> p.startsWith(folder)));
  }

  @Test
  void damagedConfigsAreReadOrRefused() {
    String valid = "{\"n\":1.5e-3,\"i\":7,\"l\":[1,2],\"x\":-Infinity,\"t\":\"a\"}";

    mutate(
        valid.getBytes(UTF_8),
        file -> {
          ConfigFile config = ConfigFile.read(file);
          assertThat(config.text("t", "")).hasSizeLessThan(1000);
          assertThat(List.of(config.number("n", 0), config.number("x", 0))).hasSize(2);
          assertThat(config.integers("l", List.of())).doesNotContainNull();
        });
  }

  private void mutate(byte[] valid, Consumer<Path> reading) {
    int refused = assertTimeoutPreemptively(LIMIT, () -> refusals(valid, reading));

    assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS - 1);
  }

  private int refusals(byte[] valid, Consumer<Path> reading) {
    Path file = folder.resolve("mutated");
    reading.accept(write(file, valid));
    Random random = new Random(20261123);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = valid;
      for (int step = random.nextInt(3); step >= 0; step--) {
        mutated = mutation(mutated, random);
      }
      write(file, mutated);
      refused += isRefused(file, reading) ? 1 : 0;
    }
    return refused;
  }

  private static boolean isRefused(Path file, Consumer<Path> reading) {
    try {
      reading.accept(file);
      return false;
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).startsWith(file + ": ").doesNotContainPattern("[\\r\\n]");
      return true;
    }
  }

  private static byte[] mutation(byte[] content, Random random) {
    if (content.length == 0) {
      return content;
    }
    int at = random.nextInt(content.length);
    return switch (random.nextInt(5)) {
      case 0 -> replaced(content, at, 1, new byte[] {(byte) random.nextInt(256)});
      case 1 -> Arrays.copyOf(content, at);
      case 2 -> replaced(content, at, 1 + random.nextInt(4), new byte[0]);
      case 3 -> replaced(content, at, random.nextInt(2), fragment(random));
      default -> replaced(content, at, 0, Arrays.copyOfRange(content, at, content.length));
    };
  }

  private static byte[] fragment(Random random) {
    return FRAGMENTS.get(random.nextInt(FRAGMENTS.size())).getBytes(UTF_8);
  }

  private static byte[] replaced(byte[] content, int at, int count, byte[] with) {
    int rest = Math.min(at + count, content.length);
    byte[] result = Arrays.copyOf(content, at + with.length + content.length - rest);
    System.arraycopy(with, 0, result, at, with.length);
    System.arraycopy(content, rest, result, at + with.length, content.length - rest);
    return result;
  }

  private static void assertCovered(SafetensorsHeader header) {
    long bytes =
        header.entries().values().stream().mapToLong(SafetensorsHeader.Entry::byteCount).sum();
    long start =
        header.entries().values().stream()
            .mapToLong(SafetensorsHeader.Entry::offset)
            .min()
            .orElse(header.fileSize());
    assertThat(start + bytes).isEqualTo(header.fileSize());
  }
}
