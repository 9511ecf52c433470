package dev.sana4j.pipeline.engine;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.Tiling;
import dev.sana4j.diffusion.ConsistencySampler;
import dev.sana4j.diffusion.Denoiser;
import dev.sana4j.diffusion.Sampler;
import dev.sana4j.diffusion.StepListener;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.DevicePlan;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.NetworkDtypes;
import dev.sana4j.pipeline.model.PrecisionChoice;
import dev.sana4j.pipeline.request.Execution;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Offload;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.TextLength;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.text.PromptTokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The networks of a model, with the stages of a generation as tensor operations. Results belong to
 * the current {@link dev.sana4j.tensor.TensorScope}.
 */
public final class SanaModel implements AutoCloseable {
  private final ModelConfig config;
  private final DType dtype;
  private final Device device;
  private final PromptEncoder promptEncoder;
  private final SanaTransformer transformer;
  private final Autoencoder autoencoder;
  private final LatentImages images;
  private final Execution execution;
  private final DevicePlan plan;
  private final LoadedFiles files;
  private final ModelAdapters adapters;
  private final ModelControl control;
  private final DenoiserFactory denoisers;

  private SanaModel(
      ModelConfig config,
      DType dtype,
      Device device,
      ModelParts parts,
      Execution execution,
      DevicePlan plan) {
    this.config = config;
    this.dtype = dtype;
    this.device = device;
    this.plan = plan;
    promptEncoder = parts.text();
    transformer = parts.transformer();
    autoencoder = parts.autoencoder();
    files = parts.files();
    images = new LatentImages(autoencoder, NetworkDtypes.encoderDtype(dtype), device);
    this.execution = execution;
    this.adapters = new ModelAdapters(transformer, device);
    this.control = new ModelControl(config, transformer.dtype(), device);
    denoisers = new DenoiserFactory(transformer, device);
  }

  /**
   * Loads the weights.
   *
   * @param config the model
   * @param dtype dtype to compute in
   * @param device device to compute on
   * @return the model, to be closed by the caller
   */
  public static SanaModel load(ModelConfig config, DType dtype, Device device) {
    return load(config, dtype, device, Execution.FAST);
  }

  /**
   * Loads the weights.
   *
   * @param config the model
   * @param dtype dtype to compute in
   * @param device device to compute on
   * @param execution order of computation
   * @return the model, to be closed by the caller
   * @throws RequestException for int8 where it is slow
   */
  public static SanaModel load(
      ModelConfig config, DType dtype, Device device, Execution execution) {
    return load(config, dtype, device, execution, DevicePlan.UNLIMITED);
  }

  /**
   * Loads the weights.
   *
   * @param config the model
   * @param dtype dtype to compute in
   * @param device device to compute on
   * @param execution order of computation
   * @param plan how the memory of a GPU is used; {@link DevicePlan#UNLIMITED} on a CPU
   * @return the model, to be closed by the caller
   * @throws RequestException for int8 where it is slow
   */
  public static SanaModel load(
      ModelConfig config, DType dtype, Device device, Execution execution, DevicePlan plan) {
    Libtorch.require(device);
    PrecisionChoice.requireFast(dtype);
    ModelParts parts = ModelParts.open(config, dtype, device, execution, plan.text());
    return new SanaModel(config, dtype, device, parts, execution, plan);
  }

  /**
   * Returns the description of the model.
   *
   * @return its description
   */
  public ModelConfig config() {
    return config;
  }

  /**
   * Returns the precision of the networks.
   *
   * @return a dtype
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * Returns the device of the networks.
   *
   * @return a device
   */
  public Device device() {
    return device;
  }

  /**
   * Checks a request, and loads its adapters, before any work.
   *
   * @param request the request
   * @throws RequestException naming the reason
   * @throws dev.sana4j.weights.CheckpointException if an adapter cannot be read or does not fit
   */
  public void prepare(GenerationRequest request) {
    config.check(request, dtype, device, true);
    adapters.use(request.adapters());
  }

  /**
   * The inputs of one batch: embeddings and encoded images.
   *
   * @param prompt (B, L, width), one embedding per image
   * @param negative B embeddings of the negative prompt; null without classifier-free guidance
   * @param image the input image; null if the task starts from noise
   * @param control (1, C, h, w), the control image of a ControlNet; null without one
   */
  public record Condition(
      PromptEmbedding prompt,
      @Nullable PromptEmbedding negative,
      @Nullable TaskLatents image,
      @Nullable Tensor control) {

    /**
     * Creates a condition without images.
     *
     * @param prompt (B, L, width), one embedding per image
     * @param negative B embeddings of the negative prompt; null without classifier-free guidance
     */
    public Condition(PromptEmbedding prompt, @Nullable PromptEmbedding negative) {
      this(prompt, negative, null, null);
    }

    /** Returns the same embeddings with another input image. */
    public Condition with(@Nullable TaskLatents other) {
      return new Condition(prompt, negative, other, control);
    }
  }

  /**
   * Encodes prompts, and the images of the task.
   *
   * @param request prompts and their preparation
   * @return one embedding per image, grouped by prompt
   */
  public Condition encode(GenerationRequest request) {
    Condition text = encodeTexts(List.of(request), () -> {}).get(0);
    return new Condition(
        text.prompt(), text.negative(), encodeImage(request), control.encode(request, images));
  }

  /**
   * Encodes the prompts of several requests, and releases the text encoder after the last one.
   *
   * @param requests prompts and their preparation
   * @param encoded is called after each request
   * @return a condition without images for each request
   */
  public List<Condition> encodeTexts(List<GenerationRequest> requests, Runnable encoded) {
    try {
      List<Condition> texts = new ArrayList<>();
      for (GenerationRequest request : requests) {
        texts.add(encodeText(request));
        encoded.run();
      }
      return texts;
    } finally {
      release(Part.TEXT_ENCODER);
      if (plan.text() == Offload.TEXT_AFTER_USE) {
        promptEncoder.letGo();
      }
    }
  }

  /** Encodes the input image; null if the request starts from noise. */
  public @Nullable TaskLatents encodeImage(GenerationRequest request) {
    return TaskLatents.of(request, config, images, device);
  }

  /** Releases the memory of a large network after its stage. */
  private void release(Part part) {
    if (execution == Execution.FAST) {
      files.release(part);
    }
  }

  private Condition encodeText(GenerationRequest request) {
    List<PromptEmbedding> prompts = new ArrayList<>();
    for (String prompt : request.prompts()) {
      PromptEmbedding embedding = encode(promptEncoder.prompt(request, prompt));
      for (int i = 0; i < request.imagesPerPrompt(); i++) {
        prompts.add(embedding);
      }
    }
    if (!config.isGuided(request)) {
      return new Condition(PromptEmbedding.batch(prompts), null);
    }
    PromptEmbedding negative = encode(promptEncoder.negative(request));
    return new Condition(
        PromptEmbedding.batch(prompts),
        PromptEmbedding.batch(prompts.stream().map(prompt -> negative).toList()));
  }

  private PromptEmbedding encode(PromptTokens tokens) {
    return execution == Execution.FAST
        ? promptEncoder.encodeBriefly(tokens)
        : promptEncoder.encode(tokens);
  }

  /**
   * Returns how many tokens of each text {@link #encode} computes when the instruction is cached.
   *
   * @param request prompts and their preparation
   * @return one per prompt, then one for the negative prompt if there is classifier-free guidance
   */
  public List<TextLength> textLengths(GenerationRequest request) {
    List<PromptTokens> texts = new ArrayList<>();
    for (String prompt : request.prompts()) {
      texts.add(promptEncoder.prompt(request, prompt));
    }
    if (config.isGuided(request)) {
      texts.add(promptEncoder.negative(request));
    }
    return texts.stream()
        .map(execution == Execution.FAST ? PromptEncoder::length : PromptEncoder::paddedLength)
        .toList();
  }

  /**
   * Denoises noise, or an image with noise, to latents.
   *
   * @param request sampler settings, guidance, seed, size and strength
   * @param condition encoded prompts and images
   * @param listener is notified of every step
   * @return (images, C, H, W), float32, not divided by the autoencoder's scaling factor
   * @throws RequestException if they are not finite numbers
   */
  public Tensor denoise(GenerationRequest request, Condition condition, StepListener listener) {
    return denoise(request, LatentNoise.seeds(request), condition, listener);
  }

  /**
   * Denoises with explicit seeds.
   *
   * @param request sampler settings, guidance, size and strength
   * @param seeds one per image, or one for all
   * @param condition encoded prompts and images
   * @param listener is notified of every step
   * @return (images, C, H, W), as above
   * @throws RequestException if they are not finite numbers
   */
  public Tensor denoise(
      GenerationRequest request, List<Long> seeds, Condition condition, StepListener listener) {
    adapters.ensure(request.adapters());
    ImageSize size = config.workingSize(request);
    int compression = config.autoencoder().compression();
    long[] shape = {
      request.images(),
      config.transformer().inChannels(),
      size.height() / compression,
      size.width() / compression
    };
    Sampler sampler = config.sampler().sampler(request);
    int draws = sampler instanceof ConsistencySampler ? sampler.times().length : 1;
    try (LatentNoise noise = new LatentNoise(seeds, shape, device, draws)) {
      Denoiser denoiser =
          denoisers.of(
              config.sampler(), request, condition, control.bind(request, condition.control()));
      TaskLatents image = condition.image();
      Tensor latents =
          image == null
              ? sampler.sample(denoiser, noise.next(), noise, listener)
              : sampler.sample(
                  denoiser,
                  image.start(sampler, request.task().strength(), noise.next()),
                  noise,
                  listener);
      return requireFinite(latents);
    }
  }

  private Tensor requireFinite(Tensor tensor) {
    if (!Functional.allFinite(tensor)) {
      throw new RequestException(
          "the model computed infinite or undefined values in " + dtype + "; try another dtype");
    }
    return tensor;
  }

  /**
   * Decodes latents to pixels.
   *
   * @param request size and tiling
   * @param latents (B, C, H, W) from {@link #denoise}
   * @return (B, 3, height, width), float32 in 0..1, of the requested size if the model scales as
   *     the published pipelines do, else of the working size
   * @throws RequestException if the decoded image is not finite
   */
  public Tensor decode(GenerationRequest request, Tensor latents) {
    release(Part.TRANSFORMER);
    Tensor scaled =
        latents.to(NetworkDtypes.encoderDtype(dtype)).div(config.autoencoder().scalingFactor());
    Tensor decoded =
        requireFinite(
            request.tiledDecoding() || plan.tiled()
                ? autoencoder.decode(scaled, Tiling.standard())
                : autoencoder.decode(scaled));
    boolean resized = config.scalesAsPublished(request);
    Tensor sized = resized ? Pixels.resizeAndCrop(decoded, request.size()) : decoded;
    Tensor unit = sized.to(DType.FLOAT32);
    return unit.mul(0.5).add(0.5).clamp(0, 1);
  }

  /**
   * Decodes unfinished latents to a small image.
   *
   * @param denoised (1, C, H, W), the estimate of a step of {@link #denoise}
   * @param longestSide of the image, in pixels
   * @return (1, 3, height, width), float32 in 0..1
   */
  public Tensor preview(Tensor denoised, int longestSide) {
    return TensorScope.tidy(
        () -> images.preview(denoised.div(config.sampler().dataScale()), longestSide));
  }

  @Override
  public void close() {
    promptEncoder.close();
    adapters.close();
    control.close();
    transformer.close();
    autoencoder.close();
  }
}
