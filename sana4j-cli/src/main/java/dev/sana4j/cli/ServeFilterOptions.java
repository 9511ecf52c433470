package dev.sana4j.cli;

import dev.sana4j.server.ServerException;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.BlockList;
import dev.sana4j.server.safety.ModelFilter;
import dev.sana4j.server.safety.PromptFilter;
import dev.sana4j.server.safety.SafetyClassifier;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The filters that refuse prompts. */
final class ServeFilterOptions {
  @Option(
      names = "--block-list",
      paramLabel = "FILE",
      description =
          "File of words and phrases that no prompt may contain, one per line (default: none).")
  private @Nullable Path blockList;

  @Option(
      names = "--safety-model",
      paramLabel = "DIR",
      description =
          "Folder of a Gemma-2 model that decides whether a prompt breaks a rule, such as"
              + " ShieldGemma (default: none).")
  private @Nullable Path safetyModel;

  @Option(
      names = "--safety-threshold",
      paramLabel = "SCORE",
      defaultValue = "0.2",
      description =
          "Refuse prompts that --safety-model scores above this value, 0 to 1 (default:"
              + " ${DEFAULT-VALUE}).")
  private double safetyThreshold;

  /** Opens the filters. */
  Filters open(DType dtype, Device device) {
    requireThreshold();
    return new Filters(words(), safetyModel == null ? PromptFilter.NONE : opened(dtype, device));
  }

  /** Opens the list of words, and the model when it has to decide for the first time. */
  Filters openLater(DType dtype, Device device) {
    requireThreshold();
    return new Filters(
        words(),
        safetyModel == null ? PromptFilter.NONE : new OnFirstUse(() -> opened(dtype, device)));
  }

  /** A filter for the only thread that generates images. */
  private static final class OnFirstUse implements PromptFilter {
    private final Supplier<PromptFilter> opening;
    private @Nullable PromptFilter filter;

    OnFirstUse(Supplier<PromptFilter> opening) {
      this.opening = opening;
    }

    @Override
    public Optional<String> refusal(String prompt) {
      if (filter == null) {
        filter = opening.get();
      }
      return filter.refusal(prompt);
    }
  }

  private void requireThreshold() {
    if (!(safetyThreshold >= 0 && safetyThreshold <= 1)) {
      throw new ServerException(
          "--safety-threshold " + safetyThreshold + " is not between 0 and 1");
    }
  }

  private PromptFilter words() {
    return blockList == null
        ? PromptFilter.NONE
        : BlockList.of(ServeAccessOptions.lines(blockList));
  }

  private PromptFilter opened(DType dtype, Device device) {
    Path model = Objects.requireNonNull(safetyModel, "checked by the callers");
    return new ModelFilter(SafetyClassifier.open(model, dtype, device), safetyThreshold);
  }
}
