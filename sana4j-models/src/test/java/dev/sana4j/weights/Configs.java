package dev.sana4j.weights;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** Config files with one key changed. */
public final class Configs {
  private Configs() {}

  /** Writes a file with this text. */
  public static ConfigFile of(Path folder, String json) {
    try {
      return ConfigFile.read(Files.writeString(folder.resolve("config.json"), json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that reading fails with a one-line message that names the key. */
  public static void assertRefused(
      Path folder, String json, String named, Function<ConfigFile, ?> reading) {
    ConfigFile config = of(folder, json);
    assertThatThrownBy(() -> reading.apply(config))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(named)
        .hasMessageNotContaining("\n");
  }
}
