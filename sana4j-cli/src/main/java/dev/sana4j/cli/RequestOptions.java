package dev.sana4j.cli;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Binning;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The options of a {@link GenerationRequest}. */
final class RequestOptions {
  private static final String STANDARD_INPUT = "-";

  private @Nullable String read;

  @Parameters(
      arity = "0..1",
      paramLabel = "PROMPT",
      description = "Prompt, in English, Chinese or emoji; - reads it from standard input.")
  private @Nullable String prompt;

  @Option(
      names = "--like",
      paramLabel = "PNG",
      description =
          "Start from the model and the request stored in this PNG; other options override them."
              + " Of an image of AUTOMATIC1111: prompts, steps, guidance, seed and size.")
  private @Nullable Path like;

  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      description = "Negative prompt: what the image should not show. Sprint models ignore it.")
  private @Nullable String negative;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Denoising steps, 1 to 1000 (default: 2 for Sprint, 4 for Sprint with --init, else 20).")
  private @Nullable Integer steps;

  @Option(
      names = "--times",
      paramLabel = "T",
      split = ",",
      description =
          "Sprint only: timesteps as decreasing angles that end at 0, for example 1.5708,1.1,0.")
  private @Nullable List<Double> times;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      description =
          "Guidance scale, 0 to 100; higher values follow the prompt more closely (default: 4.5).")
  private @Nullable Double guidance;

  @Option(
      names = "--guidance-interval",
      paramLabel = "LOW,HIGH",
      split = ",",
      description =
          "Apply guidance only at flow times from LOW to HIGH; 1 is noise, 0 is the image (default:"
              + " 0,1).")
  private @Nullable List<Double> guidanceInterval;

  @Option(
      names = "--guidance-rescale",
      paramLabel = "FRACTION",
      description = "Guidance rescale, 0 to 1; 0.7 is typical (default: 0).")
  private @Nullable Double guidanceRescale;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the noise (default: random).")
  private @Nullable Long seed;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      converter = SizeConverter.class,
      description =
          "Image size in pixels (default: the model's native size; with --init, the size of that"
              + " image).")
  private @Nullable ImageSize size;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Number of images, 1 to 1000; each image has the next seed (default: 1).")
  private @Nullable Integer count;

  @Option(
      names = "--binning",
      paramLabel = "MODE",
      description =
          "Generate at the nearest size that the model was trained at, then scale and crop: auto"
              + " (any size can be given), on (as the published pipelines do) or off (only"
              + " multiples of the model's step) (default: auto).")
  private @Nullable Binning binning;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Maximum number of prompt tokens that the model sees, 2 to 8192 (default: 300).")
  private @Nullable Integer maxLength;

  @Option(
      names = "--no-instruction",
      description = "Do not put the complex human instruction before the prompt.")
  private boolean noInstruction;

  @Option(
      names = "--clean-caption",
      description = "Clean the prompt like a caption from a web page.")
  private boolean cleanCaption;

  @Option(names = "--tiled", description = "Decode large images in tiles, which needs less memory.")
  private boolean tiled;

  boolean isSized() {
    Infotext foreign = foreign();
    return size != null || (foreign != null && foreign.settings().containsKey("Size"));
  }

  /**
   * Returns the provenance of the image named by {@code --like}; null without that option, or if
   * another program made the image.
   */
  @Nullable ImageProvenance like() {
    return like == null || foreign() != null ? null : ImageProvenance.read(like);
  }

  /** Returns the settings of the image named by {@code --like} if another program made it. */
  @Nullable Infotext foreign() {
    return like == null || ImageProvenance.isIn(like) ? null : Infotext.read(like).orElse(null);
  }

  /** Returns a line about settings of another program that are not applied; empty for none. */
  Optional<String> notApplied() {
    Infotext foreign = foreign();
    if (foreign == null) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (String name : List.of("Sampler", "Model")) {
      if (foreign.settings().containsKey(name)) {
        names.add(name.toLowerCase(Locale.ROOT) + " " + foreign.settings().get(name));
      }
    }
    foreign.loras().forEach(lora -> names.add("LoRA " + lora.name()));
    String line = "settings of %s that are not applied: ".formatted(like);
    return names.isEmpty() ? Optional.empty() : Optional.of(line + String.join(", ", names));
  }

  /**
   * Returns the prompt as it was given; null if there is none. Reads it from standard input once if
   * it is {@code -}.
   */
  @Nullable String prompt() {
    if (STANDARD_INPUT.equals(prompt) && read == null) {
      read = PromptLines.only(System.in);
    }
    return STANDARD_INPUT.equals(prompt) ? read : prompt;
  }

  /**
   * Returns the request: the defaults of the model or of the image named by {@code --like}, changed
   * by the options.
   */
  GenerationRequest request(
      ModelConfig config, @Nullable ImageProvenance before, TaskOptions taskOptions) {
    GenerationRequest.Builder builder = defaults(config, before, taskOptions, prompt());
    if (seed == null && before == null && !hasForeignSeed()) {
      builder.seed(new SecureRandom().nextInt(Integer.MAX_VALUE));
    }
    set(builder);
    setCount(builder, taskOptions);
    return builder.guidanceLimits(limits(before)).build();
  }

  /**
   * Returns the request of a line of a list of prompts, whose values override the options. Without
   * a seed it has one that depends only on the line: the next seeds for each line, from {@code
   * --seed} or 0.
   */
  GenerationRequest request(
      ModelConfig config,
      @Nullable ImageProvenance before,
      TaskOptions taskOptions,
      PromptLine line) {
    TaskOptions inputs = taskOptions.with(line);
    if (line.prompt() == null && like == null && !inputs.hasInput()) {
      throw new RequestException("the line has neither a prompt nor an input image");
    }
    GenerationRequest.Builder builder = defaults(config, before, inputs, line.prompt());
    set(builder);
    setCount(builder, taskOptions);
    GenerationRequest first = builder.guidanceLimits(limits(before)).build();
    builder.seed(first.seed() + (line.number() - 1) * first.images());
    line.set(builder);
    return builder.build();
  }

  private GenerationRequest.Builder defaults(
      ModelConfig config,
      @Nullable ImageProvenance before,
      TaskOptions taskOptions,
      @Nullable String given) {
    if (before != null) {
      Task task = taskOptions.task(before.request().task());
      GenerationRequest.Builder builder = before.request().toBuilder().task(task);
      return given == null ? builder : builder.prompts(List.of(given));
    }
    Infotext foreign = foreign();
    if (foreign != null) {
      GenerationRequest.Builder builder =
          foreign.applyTo(config.request(taskOptions.task(null), foreign.promptWithoutLoras()));
      return given == null ? builder : builder.prompts(List.of(given));
    }
    String shown = given == null ? taskOptions.prompt() : given;
    return config.request(taskOptions.task(null), shown);
  }

  private boolean hasForeignSeed() {
    Infotext foreign = foreign();
    return foreign != null && foreign.settings().containsKey("Seed");
  }

  private void setCount(GenerationRequest.Builder builder, TaskOptions taskOptions) {
    if (count != null && taskOptions.variations() != null) {
      throw new RequestException("give --count or --variations, not both");
    }
    if (taskOptions.variations() != null) {
      builder.imagesPerPrompt(taskOptions.variations());
    }
  }

  private void set(GenerationRequest.Builder builder) {
    if (negative != null) {
      builder.negativePrompt(negative);
    }
    if (steps != null && times != null) {
      throw new RequestException(
          "give --steps or --times, not both; the times determine the number of steps");
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
        throw new RequestException("--guidance-interval needs two times, for example 0.2,0.9");
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

  /** Converts a size such as {@code 1024x768}. */
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
