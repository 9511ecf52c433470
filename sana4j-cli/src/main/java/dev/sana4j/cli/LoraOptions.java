package dev.sana4j.cli;

import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The LoRA adapters and their scales. */
final class LoraOptions {
  @Option(
      names = "--lora",
      paramLabel = "FILE[:SCALE]",
      description =
          "LoRA adapter: a safetensors file, or a folder that contains one."
              + " SCALE is its weight, -100 to 100 (default: 1). May be repeated.")
  private List<String> lora = List.of();

  @Option(names = "--no-lora", description = "With --like: do not use the adapters of that image.")
  private boolean none;

  /** Returns the given adapters, else those of the image named by {@code --like}. */
  List<LoraChoice> choices(@Nullable ImageProvenance like) {
    if (none && !lora.isEmpty()) {
      throw new RequestException("give --lora or --no-lora, not both");
    }
    if (like == null || none || !lora.isEmpty()) {
      return lora.stream().map(LoraChoice::parse).toList();
    }
    return like.request().adapters();
  }
}
