package dev.sana4j.cli;

import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which LoRA adapters count, and how much. */
final class LoraOptions {
  @Option(
      names = "--lora",
      paramLabel = "FILE[:SCALE]",
      description =
          "LoRA adapter in the diffusers or peft layout, a file or a folder with one, and how much"
              + " it counts (default: 1); may be given several times.")
  private List<String> lora = List.of();

  @Option(names = "--no-lora", description = "With --like: leave out the adapters of the image.")
  private boolean none;

  /** Those of an image made before, unless others are named. */
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
