package dev.sana4j.spring;

import dev.sana4j.pipeline.request.LoraChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.image.ImageOptions;

/**
 * The options of an image, for a single request or as the defaults of an image model. Null stands
 * for the default of the image model, or else of the SANA model.
 *
 * @param model name of the model. The model of an image model cannot change: a request may only
 *     repeat its name
 * @param n number of images, 1 to 1000
 * @param width in pixels
 * @param height in pixels
 * @param steps denoising steps, 1 to 1000
 * @param guidanceScale 0 to 100; 1 or less disables classifier-free guidance
 * @param seed seed of the first image; image i has seed + i. Random by default
 * @param negativePrompt what the images should not show, for models with classifier-free guidance
 * @param adapters LoRA adapters, added in this order. Their files are read with the rights of the
 *     application, so do not let clients choose them
 * @param strength how much an input image changes, above 0 up to 1; 0.6 by default
 * @param responseFormat only {@code b64_json}
 * @param style ignored, like by the server; describe the style in the prompt
 */
public record SanaImageOptions(
    @Nullable String model,
    @Nullable Integer n,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable Integer steps,
    @Nullable Double guidanceScale,
    @Nullable Long seed,
    @Nullable String negativePrompt,
    @Nullable List<LoraChoice> adapters,
    @Nullable Double strength,
    @Nullable String responseFormat,
    @Nullable String style)
    implements ImageOptions {

  /** Copies the list. */
  public SanaImageOptions {
    adapters = adapters == null ? null : List.copyOf(adapters);
  }

  /**
   * Returns a builder.
   *
   * @return a builder without any option
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns these options with those of a request, which take precedence.
   *
   * @param request any image options; null for none
   * @return the merged options
   */
  public SanaImageOptions merge(@Nullable ImageOptions request) {
    if (request == null) {
      return this;
    }
    SanaImageOptions own =
        request instanceof SanaImageOptions options ? options : portable(request);
    return new SanaImageOptions(
        first(own.model, model),
        first(own.n, n),
        first(own.width, width),
        first(own.height, height),
        first(own.steps, steps),
        first(own.guidanceScale, guidanceScale),
        first(own.seed, seed),
        first(own.negativePrompt, negativePrompt),
        first(own.adapters, adapters),
        first(own.strength, strength),
        first(own.responseFormat, responseFormat),
        first(own.style, style));
  }

  private static SanaImageOptions portable(ImageOptions options) {
    return builder()
        .model(options.getModel())
        .n(options.getN())
        .width(options.getWidth())
        .height(options.getHeight())
        .responseFormat(options.getResponseFormat())
        .style(options.getStyle())
        .build();
  }

  private static <T> @Nullable T first(@Nullable T value, @Nullable T otherwise) {
    return value == null ? otherwise : value;
  }

  @Override
  public @Nullable Integer getN() {
    return n;
  }

  @Override
  public @Nullable String getModel() {
    return model;
  }

  @Override
  public @Nullable Integer getWidth() {
    return width;
  }

  @Override
  public @Nullable Integer getHeight() {
    return height;
  }

  @Override
  public @Nullable String getResponseFormat() {
    return responseFormat;
  }

  @Override
  public @Nullable String getStyle() {
    return style;
  }

  /** Collects options; every setter returns this builder. */
  public static final class Builder {
    private @Nullable String model;
    private @Nullable Integer n;
    private @Nullable Integer width;
    private @Nullable Integer height;
    private @Nullable Integer steps;
    private @Nullable Double guidanceScale;
    private @Nullable Long seed;
    private @Nullable String negativePrompt;
    private @Nullable List<LoraChoice> adapters;
    private @Nullable Double strength;
    private @Nullable String responseFormat;
    private @Nullable String style;

    private Builder() {}

    /** Sets {@link SanaImageOptions#model}. */
    public Builder model(@Nullable String value) {
      model = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#n}. */
    public Builder n(@Nullable Integer value) {
      n = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#width}. */
    public Builder width(@Nullable Integer value) {
      width = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#height}. */
    public Builder height(@Nullable Integer value) {
      height = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#steps}. */
    public Builder steps(@Nullable Integer value) {
      steps = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#guidanceScale}. */
    public Builder guidanceScale(@Nullable Double value) {
      guidanceScale = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#seed}. */
    public Builder seed(@Nullable Long value) {
      seed = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#negativePrompt}. */
    public Builder negativePrompt(@Nullable String value) {
      negativePrompt = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#adapters}. */
    public Builder adapters(@Nullable List<LoraChoice> value) {
      adapters = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#strength}. */
    public Builder strength(@Nullable Double value) {
      strength = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#responseFormat}. */
    public Builder responseFormat(@Nullable String value) {
      responseFormat = value;
      return this;
    }

    /** Sets {@link SanaImageOptions#style}. */
    public Builder style(@Nullable String value) {
      style = value;
      return this;
    }

    /**
     * Builds the options.
     *
     * @return the options; their values are checked with a request
     */
    public SanaImageOptions build() {
      return new SanaImageOptions(
          model,
          n,
          width,
          height,
          steps,
          guidanceScale,
          seed,
          negativePrompt,
          adapters,
          strength,
          responseFormat,
          style);
    }
  }
}
