package dev.sana4j.spring;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import io.micrometer.observation.ObservationRegistry;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.image.Image;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.image.ImageResponseMetadata;
import org.springframework.ai.image.observation.DefaultImageModelObservationConvention;
import org.springframework.ai.image.observation.ImageModelObservationContext;
import org.springframework.ai.image.observation.ImageModelObservationConvention;
import org.springframework.ai.image.observation.ImageModelObservationDocumentation;

/**
 * Generates images with SANA in this process, as an image model of Spring AI.
 *
 * <p>A prompt has one message. If the message has an image as its media, the result starts from
 * that image. {@link SanaImageOptions} are the options of a prompt; the portable options of Spring
 * AI work too.
 *
 * <p>Images are PNG files in base64. The metadata of a response contain {@code model}, {@code
 * seed}, {@code size}, {@code steps}, {@code guidanceScale}, and {@code notes} if a part of the
 * prompt has no effect. The metadata of each image are {@link SanaImageGenerationMetadata}.
 *
 * <p>Several threads may use an image model; it works on one request at a time. Requests that the
 * model cannot fulfil throw a {@link dev.sana4j.files.SanaException} whose {@code isRefusal()} is
 * true.
 */
public final class SanaImageModel implements ImageModel {
  private static final String PROVIDER = "sana";
  private static final ImageModelObservationConvention STANDARD =
      new DefaultImageModelObservationConvention();

  private final LazyPipeline pipeline;
  private final PromptReader prompts;
  private final ObservationRegistry observations;
  private final ImageModelObservationConvention convention;
  private final ImageMeter meter;

  private SanaImageModel(LazyPipeline pipeline, Builder builder) {
    this.pipeline = pipeline;
    prompts = new PromptReader(builder.options);
    observations = builder.observationRegistry;
    convention = builder.observationConvention;
    meter = builder.imageMeter;
  }

  /**
   * Returns a builder.
   *
   * @param pipeline generates the images; the caller closes it after the image model
   * @return a builder
   */
  public static Builder builder(LazyPipeline pipeline) {
    return new Builder(pipeline);
  }

  /**
   * Returns a builder.
   *
   * @param pipeline generates the images; the caller closes it after the image model
   * @return a builder
   */
  public static Builder builder(SanaPipeline pipeline) {
    return new Builder(LazyPipeline.of(pipeline));
  }

  /**
   * Returns the options of requests without options.
   *
   * @return the defaults
   */
  public SanaImageOptions getOptions() {
    return prompts.defaults();
  }

  /**
   * Generates images. Waits for other requests, and opens the pipeline if necessary.
   *
   * @param prompt one message, and options
   * @return PNG files in base64
   * @throws dev.sana4j.pipeline.request.RequestException if the model cannot fulfil the request
   * @throws dev.sana4j.image.ImageException if the image of the message cannot be read, or a side
   *     is out of range
   * @throws dev.sana4j.diffusion.SamplingCancelledException if the pipeline is closed meanwhile
   */
  @Override
  public ImageResponse call(ImagePrompt prompt) {
    SanaImageOptions options = prompts.options(prompt);
    ImageModelObservationContext context =
        ImageModelObservationContext.builder()
            .imagePrompt(new ImagePrompt(prompt.getInstructions(), options))
            .provider(PROVIDER)
            .build();
    return Objects.requireNonNull(
        ImageModelObservationDocumentation.IMAGE_MODEL_OPERATION
            .observation(convention, STANDARD, () -> context, observations)
            .observe(
                () -> {
                  ImageResponse response = pipeline.use(open -> response(open, prompt, options));
                  context.setResponse(response);
                  return response;
                }));
  }

  private ImageResponse response(SanaPipeline open, ImagePrompt prompt, SanaImageOptions options) {
    GenerationRequest request = prompts.request(open, prompt, options);
    var run = new GenerationRun(pipeline::isClosed, meter);
    open.generate(request, run, run);
    List<GeneratedImage> images = run.images();
    var metadata = new ImageResponseMetadata();
    metadata.put("model", images.get(0).provenance().model());
    metadata.put("seed", request.seed());
    metadata.put("size", images.get(0).pixels().size().toString());
    metadata.put("steps", request.steps());
    metadata.put("guidanceScale", request.guidance());
    if (!run.notes().isEmpty()) {
      metadata.put("notes", run.notes());
    }
    return new ImageResponse(images.stream().map(SanaImageModel::generation).toList(), metadata);
  }

  private static ImageGeneration generation(GeneratedImage image) {
    String base64 = Base64.getEncoder().encodeToString(image.encode(ImageFormat.PNG));
    return new ImageGeneration(new Image(null, base64), SanaImageGenerationMetadata.of(image));
  }

  /** Collects the settings of an image model; every setter returns this builder. */
  public static final class Builder {
    private final LazyPipeline pipeline;
    private SanaImageOptions options = SanaImageOptions.builder().build();
    private ObservationRegistry observationRegistry = ObservationRegistry.NOOP;
    private ImageModelObservationConvention observationConvention = STANDARD;
    private ImageMeter imageMeter = time -> {};

    private Builder(LazyPipeline pipeline) {
      this.pipeline = pipeline;
    }

    /**
     * Sets the options of requests without options. If they name a model, requests for another
     * model are refused.
     */
    public Builder options(SanaImageOptions value) {
      options = value;
      return this;
    }

    /** Sets where requests are observed; by default nowhere. */
    public Builder observationRegistry(ObservationRegistry value) {
      observationRegistry = value;
      return this;
    }

    /** Sets the names and values of observations; by default those of Spring AI. */
    public Builder observationConvention(@Nullable ImageModelObservationConvention value) {
      observationConvention = value == null ? STANDARD : value;
      return this;
    }

    /** Sets what receives the time of every image; by default nothing. */
    public Builder imageMeter(@Nullable ImageMeter value) {
      imageMeter = value == null ? time -> {} : value;
      return this;
    }

    /**
     * Builds the image model.
     *
     * @return the image model
     */
    public SanaImageModel build() {
      return new SanaImageModel(pipeline, this);
    }
  }
}
