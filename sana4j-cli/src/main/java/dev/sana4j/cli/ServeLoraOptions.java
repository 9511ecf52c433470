package dev.sana4j.cli;

import dev.sana4j.server.ServerException;
import dev.sana4j.server.http.LoraFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The LoRA adapters that clients of a server may name. */
final class ServeLoraOptions {
  @Option(
      names = "--lora-dir",
      paramLabel = "DIR",
      description =
          "Folder of LoRA adapters that clients may use by name: safetensors files, and folders"
              + " that contain one (default: none).")
  private @Nullable Path folder;

  LoraFolder loras() {
    if (folder == null) {
      return LoraFolder.none();
    }
    if (!Files.isDirectory(folder)) {
      throw new ServerException("--lora-dir " + folder + " is not a folder");
    }
    return LoraFolder.of(folder);
  }
}
