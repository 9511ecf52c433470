package dev.sana4j.cli;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Binning;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** What to show: the options that make a {@link GenerationRequest}. */
final class RequestOptions {
  @Parameters(
      arity = "0..1",
      paramLabel = "PROMPT",
      description = "What to show, in English, Chinese or emoji.")
  private @Nullable String prompt;

  @Option(
      names = "--like",
      paramLabel = "PNG",
      description =
          "Begin with the model and the request in this image; other options change them.")
  private @Nullable Path like;

  @Option(names = "--negative", paramLabel = "TEXT", description = "What to steer away from.")
  private @Nullable String negative;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps (default: 2 for Sprint, 4 with --init, else 20).")
  private @Nullable Integer steps;

  @Option(
      names = "--times",
      paramLabel = "T",
      split = ",",
      description = "Sprint: falling angles that end at 0, for example 1.5708,1.1,0.")
  private @Nullable List<Double> times;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      description = "How closely to follow the prompt (default: 4.5).")
  private @Nullable Double guidance;

  @Option(
      names = "--guidance-interval",
      paramLabel = "LOW,HIGH",
      split = ",",
      description =
          "Guide at flow times between these alone: 1 is noise, 0 the image (default: 0,1).")
  private @Nullable List<Double> guidanceInterval;

  @Option(
      names = "--guidance-rescale",
      paramLabel = "SHARE",
      description =
          "Take back so much of the contrast that guidance adds, 0 to 1; 0.7 is usual (default: 0).")
  private @Nullable Double guidanceRescale;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the noise (default: random).")
  private @Nullable Long seed;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      converter = SizeConverter.class,
      description = "Size in pixels (default: the model's own; with --init that of the image).")
  private @Nullable ImageSize size;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Images to make; image i has seed + i (default: 1).")
  private @Nullable Integer count;

  @Option(
      names = "--binning",
      paramLabel = "MODE",
      description =
          "auto, on or off: work at the nearest size the model was trained at, then scale and cut"
              + " (default: auto).")
  private @Nullable Binning binning;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "Tokens of text the model sees (default: 300).")
  private @Nullable Integer maxLength;

  @Option(
      names = "--no-instruction",
      description = "Leave out the complex human instruction before the prompt.")
  private boolean noInstruction;

  @Option(names = "--clean-caption", description = "Clean the prompt like a caption of a web page.")
  private boolean cleanCaption;

  @Option(names = "--tiled", description = "Decode in tiles, which saves memory.")
  private boolean tiled;

  boolean isSized() {
    return size != null;
  }

  /** How the image named by {@code --like} was made; null without that option. */
  @Nullable ImageProvenance like() {
    return like == null ? null : ImageProvenance.read(like);
  }

  /** The model's defaults, or those of the image named by {@code --like}, and the options. */
  GenerationRequest request(
      ModelConfig config, @Nullable ImageProvenance before, TaskOptions taskOptions) {
    GenerationRequest.Builder builder = defaults(config, before, taskOptions);
    set(builder);
    if (count != null && taskOptions.variations() != null) {
      throw new RequestException("give --count or --variations, not both");
    }
    if (taskOptions.variations() != null) {
      builder.imagesPerPrompt(taskOptions.variations());
    }
    return builder.guidanceLimits(limits(before)).build();
  }

  private GenerationRequest.Builder defaults(
      ModelConfig config, @Nullable ImageProvenance before, TaskOptions taskOptions) {
    if (before != null) {
      Task task = taskOptions.task(before.request().task());
      return before.request().toBuilder().task(task);
    }
    String shown = prompt == null ? taskOptions.prompt() : prompt;
    return config
        .request(taskOptions.task(null), shown)
        .seed(new SecureRandom().nextInt(Integer.MAX_VALUE));
  }

  private void set(GenerationRequest.Builder builder) {
    if (prompt != null) {
      builder.prompts(List.of(prompt));
    }
    if (negative != null) {
      builder.negativePrompt(negative);
    }
    if (steps != null && times != null) {
      throw new RequestException("give --steps or --times, not both: times say how many steps");
    }
    if (steps != null) {
      builder.steps(steps);
    }
    if (times != null) {
      builder.times(times);
    }
    if (guidance != null) {
      builder.guidance(guidance);
    }
    if (seed != null) {
      builder.seed(seed);
    }
    if (size != null) {
      builder.size(size);
    }
    if (count != null) {
      builder.imagesPerPrompt(count);
    }
    setPreparation(builder);
  }

  private GuidanceLimits limits(@Nullable ImageProvenance before) {
    GuidanceLimits limits =
        before == null ? GuidanceLimits.NONE : before.request().guidanceLimits();
    if (guidanceInterval != null) {
      if (guidanceInterval.size() != 2) {
        throw new RequestException("--guidance-interval takes two times, for example 0.2,0.9");
      }
      limits = limits.between(guidanceInterval.get(0), guidanceInterval.get(1));
    }
    return guidanceRescale == null ? limits : limits.rescaledBy(guidanceRescale);
  }

  private void setPreparation(GenerationRequest.Builder builder) {
    if (binning != null) {
      builder.binning(binning);
    }
    if (maxLength != null) {
      builder.maxSequenceLength(maxLength);
    }
    if (noInstruction) {
      builder.instruction(false);
    }
    if (cleanCaption) {
      builder.cleanCaption(true);
    }
    if (tiled) {
      builder.tiledDecoding(true);
    }
  }

  /** {@code 1024x768}. */
  static final class SizeConverter implements ITypeConverter<ImageSize> {
    @Override
    public ImageSize convert(String text) {
      try {
        return ImageSize.parse(text);
      } catch (ImageException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
