package dev.sana4j.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.output.Response;
import dev.sana4j.files.SanaException;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Generates and edits images with SANA in this process, as an image model of LangChain4j.
 *
 * <pre>{@code
 * try (SanaImageModel model = SanaImageModel.builder().modelName("emoji").build()) {
 *   Image image = model.generate("a red apple on a blue background").content();
 * }
 * }</pre>
 *
 * <p>Images are PNG files in base64. The metadata of a response contain {@code model}, {@code
 * size}, {@code steps}, {@code guidanceScale} and {@code seed}; image i of several has seed + i.
 *
 * <p>A request that the model cannot fulfil is an {@link InvalidRequestException} whose cause is
 * the {@link SanaException}. Several threads may use a model; it works on one request at a time.
 */
public final class SanaImageModel implements ImageModel, AutoCloseable {
  private static final String MIME_TYPE = "image/png";
  private static final long SEEDS = 1L << 32;
  private static final double STRENGTH = 0.6;

  private final SanaPipeline pipeline;
  private final boolean closesPipeline;
  private final Settings settings;

  private SanaImageModel(SanaPipeline pipeline, boolean closesPipeline, Settings settings) {
    this.pipeline = pipeline;
    this.closesPipeline = closesPipeline;
    this.settings = settings;
  }

  /** The values of requests; null and empty for the defaults of the model. */
  private record Settings(
      @Nullable ImageSize size,
      @Nullable Integer steps,
      @Nullable Double guidanceScale,
      @Nullable Long seed,
      String negativePrompt,
      List<LoraChoice> adapters,
      double strength) {

    /** Returns the request for some images of one prompt. */
    GenerationRequest apply(GenerationRequest.Builder request, int images) {
      if (steps != null) {
        request.steps(steps);
      }
      if (guidanceScale != null) {
        request.guidance(guidanceScale);
      }
      long first = seed == null ? ThreadLocalRandom.current().nextLong(SEEDS) : seed;
      return request
          .seed(first)
          .negativePrompt(negativePrompt)
          .adapters(adapters)
          .imagesPerPrompt(images)
          .build();
    }
  }

  /**
   * Returns a builder.
   *
   * @return settings with the defaults of the model
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Generates an image.
   *
   * @param prompt describes the image
   * @return a PNG file in base64
   * @throws InvalidRequestException if the model cannot fulfil the request
   */
  @Override
  public Response<Image> generate(String prompt) {
    return first(generate(prompt, 1));
  }

  /**
   * Generates several images of one prompt, which differ in their seeds.
   *
   * @param prompt describes the images
   * @param n number of images, 1 to 1000
   * @return PNG files in base64
   * @throws InvalidRequestException if the model cannot fulfil the request
   */
  @Override
  public Response<List<Image>> generate(String prompt, int n) {
    return answer(
        () -> {
          GenerationRequest.Builder request = pipeline.request(prompt);
          if (settings.size() != null) {
            request.size(settings.size());
          }
          return settings.apply(request, n);
        });
  }

  /**
   * Generates an image that starts from another one. The result has about the size of the image.
   *
   * @param image an image in base64, in any format that sana4j reads
   * @param prompt describes the result
   * @return a PNG file in base64
   * @throws InvalidRequestException if the image cannot be read, or the model cannot fulfil the
   *     request
   */
  @Override
  public Response<Image> edit(Image image, String prompt) {
    return first(
        answer(
            () -> {
              var task =
                  Task.imageToImage(ImageInput.image("the image", image), settings.strength());
              return settings.apply(pipeline.request(task, prompt), 1);
            }));
  }

  /**
   * Repaints a part of an image. The rest does not change.
   *
   * @param image an image in base64, in any format that sana4j reads
   * @param mask an image of the same size: its transparent part is repainted, or its white part if
   *     it is opaque
   * @param prompt describes the whole result
   * @return a PNG file in base64
   * @throws InvalidRequestException if an image cannot be read, or the model cannot fulfil the
   *     request
   */
  @Override
  public Response<Image> edit(Image image, Image mask, String prompt) {
    return first(
        answer(
            () -> {
              var task =
                  Task.inpaint(
                      ImageInput.image("the image", image), ImageInput.mask("the mask", mask), 1);
              return settings.apply(pipeline.request(task, prompt), 1);
            }));
  }

  private Response<List<Image>> answer(Supplier<GenerationRequest> request) {
    try {
      List<GeneratedImage> images = pipeline.generate(request.get());
      return Response.from(
          images.stream().map(SanaImageModel::image).toList(), null, null, metadata(images.get(0)));
    } catch (SanaException e) {
      throw e.isRefusal()
          ? new InvalidRequestException(e.getMessage(), e)
          : new InternalServerException(e.getMessage(), e);
    }
  }

  private static Image image(GeneratedImage image) {
    return Image.builder()
        .base64Data(Base64.getEncoder().encodeToString(image.encode(ImageFormat.PNG)))
        .mimeType(MIME_TYPE)
        .build();
  }

  private static Map<String, Object> metadata(GeneratedImage image) {
    GenerationRequest request = image.request();
    return Map.of(
        "model", image.provenance().model(),
        "size", image.pixels().size().toString(),
        "steps", request.steps(),
        "guidanceScale", request.guidance(),
        "seed", request.seed());
  }

  private static Response<Image> first(Response<List<Image>> images) {
    return Response.from(images.content().get(0), null, null, images.metadata());
  }

  /** Closes the pipeline if the builder opened it, which ends all requests. */
  @Override
  public void close() {
    if (closesPipeline) {
      pipeline.close();
    }
  }

  /**
   * Collects the settings of an image model; every setter returns this builder. Set either a
   * pipeline or the name of a model.
   */
  public static final class Builder {
    private @Nullable SanaPipeline pipeline;
    private @Nullable String modelName;
    private @Nullable ImageSize size;
    private @Nullable Integer steps;
    private @Nullable Double guidanceScale;
    private @Nullable Long seed;
    private String negativePrompt = "";
    private List<LoraChoice> adapters = List.of();
    private double strength = STRENGTH;

    private Builder() {}

    /** Sets a pipeline, which the caller closes after the image model. */
    public Builder pipeline(SanaPipeline value) {
      pipeline = value;
      return this;
    }

    /**
     * Sets the model: a model folder, a bundled model such as {@code emoji}, or a model on the hub
     * as {@code ORG/NAME}. The image model opens and closes it.
     */
    public Builder modelName(String value) {
      modelName = value;
      return this;
    }

    /**
     * Sets the size of generated images in pixels. Edited images keep their size.
     *
     * @param width in pixels
     * @param height in pixels
     * @return this builder
     * @throws dev.sana4j.image.ImageException if a side is out of range
     */
    public Builder size(int width, int height) {
      size = new ImageSize(width, height);
      return this;
    }

    /** Sets the number of denoising steps, 1 to 1000. */
    public Builder steps(int value) {
      steps = value;
      return this;
    }

    /** Sets the guidance scale, 0 to 100; 1 or less disables classifier-free guidance. */
    public Builder guidanceScale(double value) {
      guidanceScale = value;
      return this;
    }

    /** Sets the seed, so that equal requests return equal images. By default it is random. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets what the images should not show, for models with classifier-free guidance. */
    public Builder negativePrompt(String value) {
      negativePrompt = value;
      return this;
    }

    /** Sets LoRA adapters of the transformer, which are added in this order. */
    public Builder adapters(List<LoraChoice> value) {
      adapters = List.copyOf(value);
      return this;
    }

    /** Sets how much an edit without a mask changes the image, above 0 up to 1; default 0.6. */
    public Builder strength(double value) {
      strength = value;
      return this;
    }

    /**
     * Builds the image model; loads the weights of a model that was given by its name.
     *
     * @return the image model, to be closed by the caller
     * @throws RequestException unless there is either a pipeline or the name of a model
     * @throws dev.sana4j.folder.ModelException if the kind of model is not supported
     * @throws dev.sana4j.hub.HubException if the download fails
     */
    public SanaImageModel build() {
      var settings =
          new Settings(size, steps, guidanceScale, seed, negativePrompt, adapters, strength);
      if (pipeline != null && modelName == null) {
        return new SanaImageModel(pipeline, false, settings);
      }
      if (modelName != null && pipeline == null) {
        return new SanaImageModel(SanaPipeline.builder(modelName).open(), true, settings);
      }
      throw new RequestException(
          "an image model needs either a pipeline or the name of a model; set one of them");
    }
  }
}
