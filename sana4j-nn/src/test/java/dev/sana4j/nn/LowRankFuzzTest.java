package dev.sana4j.nn;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.FuzzedFile;
import dev.sana4j.weights.TensorName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any names and settings in a LoRA file are understood or rejected in one line. */
class LowRankFuzzTest {

  /** Each line is the name of a tensor. */
  @FuzzTest
  void namesAreUnderstoodOrRefused(byte[] lines) throws IOException {
    String[] names = new String(lines, StandardCharsets.UTF_8).split("\n", 20);
    withFile(
        file -> {
          for (String name : names) {
            if (TensorName.isValid(name) && !name.equals("__metadata__")) {
              file.ones(name, name.contains("A") || name.contains("down") ? 2 : 4, 3);
            }
          }
        });
  }

  /** The first line is a key of the header, and the other lines are its text. */
  @FuzzTest
  void settingsAreUnderstoodOrRefused(byte[] lines) throws IOException {
    String[] parts = new String(lines, StandardCharsets.UTF_8).split("\n", 2);
    withFile(
        file -> {
          file.pair("attn.to_q.lora_A.weight", "attn.to_q.lora_B.weight");
          file.header("ss_network_alpha", "1");
          file.header(parts[0], parts[parts.length - 1]);
        });
  }

  private interface Contents {
    void writeTo(LoraFile file);
  }

  private static void withFile(Contents contents) throws IOException {
    Path path = Files.createTempFile("fuzzed", ".safetensors");
    try {
      LoraFile file = new LoraFile(path);
      contents.writeTo(file);
      file.write();
      FuzzedFile.readOrRefused(
          () -> LowRankAdapters.load(path, Device.CPU, LoraFile.NAMES).close());
    } finally {
      Files.delete(path);
    }
  }
}
