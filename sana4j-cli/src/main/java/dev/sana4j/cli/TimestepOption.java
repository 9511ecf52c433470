package dev.sana4j.cli;

import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.PipelineBuilder;
import dev.sana4j.pipeline.model.ModelConfig;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The timestep scale of a teacher whose config lacks it. */
final class TimestepOption {
  @Option(
      names = "--timestep-scale",
      paramLabel = "X",
      description =
          "Timestep scale of the transformer, above 0 and at most 1; 0.001 for a teacher of"
              + " SANA-Sprint whose config lacks it (default: that of the model).")
  private @Nullable Double scale;

  /** Returns the config of a model with the given timestep scale. */
  ModelConfig applied(ModelConfig config) {
    return scale == null ? config : config.withTimestepScale(scale);
  }

  /**
   * Returns the config of the model of an existing image, by default with the timestep scale that
   * the image was generated with.
   */
  ModelConfig applied(ModelConfig config, ImageProvenance like) {
    return scale == null && like.timestepScale() > 0
        ? config.withTimestepScale(like.timestepScale())
        : applied(config);
  }

  /** Sets the timestep scale of a config from {@link #applied} unless it is that of the model. */
  static PipelineBuilder set(PipelineBuilder builder, ModelConfig config) {
    double assumed = config.assumedTimestepScale();
    return assumed == 0 ? builder : builder.timestepScale(assumed);
  }

  /** Prints the values that sana4j assumes for a model, with the option that sets them. */
  void tell(PrintWriter err, ModelConfig config) {
    tellNotes(err, config);
    if (config.lacksTimestepScale()) {
      err.println("sana: set it in transformer/config.json or with --timestep-scale");
      err.flush();
    }
  }

  /** Prints the values that sana4j assumes for a model. */
  static void tellNotes(PrintWriter err, ModelConfig config) {
    config.notes().forEach(note -> err.println("sana: " + Sana.oneLine(note)));
    err.flush();
  }
}
