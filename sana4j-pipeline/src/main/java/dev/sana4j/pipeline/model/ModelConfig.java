package dev.sana4j.pipeline.model;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.ConfigFile;
import java.util.List;

/**
 * What a model folder says of itself, read without its weights: enough to give defaults, and to
 * refuse a request before the work starts.
 *
 * @param folder where the model is
 * @param textEncoder sizes of the text encoder
 * @param transformer sizes and variant of the denoiser
 * @param autoencoder sizes of the autoencoder
 * @param sampler how it is sampled
 */
public record ModelConfig(
    ModelFolder folder,
    GemmaConfig textEncoder,
    SanaConfig transformer,
    AutoencoderConfig autoencoder,
    SamplerConfig sampler) {

  private static final int SPRINT_STEPS_FROM_AN_IMAGE = 4;

  /** Checks that the parts fit each other. */
  public ModelConfig {
    require(
        transformer.captionChannels() == textEncoder.width(),
        folder,
        "the transformer expects text of width "
            + transformer.captionChannels()
            + ", the text encoder gives "
            + textEncoder.width());
    require(
        transformer.inChannels() == autoencoder.latentChannels(),
        folder,
        "the transformer expects latents of "
            + transformer.inChannels()
            + " channels, the autoencoder gives "
            + autoencoder.latentChannels());
    require(
        transformer.outChannels() == transformer.inChannels()
            || transformer.outChannels() == 2 * transformer.inChannels(),
        folder,
        "out_channels must be in_channels, or twice that");
    require(
        sampler.isConsistency() == transformer.guidanceEmbedding(),
        folder,
        "a Sprint student has guidance_embeds and an SCMScheduler, other models have neither");
  }

  private static void require(boolean holds, ModelFolder folder, String problem) {
    if (!holds) {
      throw new ModelException(folder.root() + ": " + problem);
    }
  }

  /**
   * Reads the configs of a model folder.
   *
   * @param folder the model
   * @return its description
   * @throws ModelException if the pipeline or a part is not of a kind sana4j knows
   */
  public static ModelConfig read(ModelFolder folder) {
    String pipeline = folder.pipelineClass();
    require(
        List.of("SanaPipeline", "SanaSprintPipeline", "SanaControlNetPipeline").contains(pipeline),
        folder,
        "the pipeline "
            + pipeline
            + " is not supported; use a folder of SanaPipeline, SanaSprintPipeline or"
            + " SanaControlNetPipeline");
    SanaConfig transformer =
        SanaConfig.read(ConfigFile.read(folder.path(Part.TRANSFORMER).resolve("config.json")));
    return new ModelConfig(
        folder,
        GemmaConfig.read(ConfigFile.read(folder.path(Part.TEXT_ENCODER).resolve("config.json"))),
        transformer,
        AutoencoderConfig.read(ConfigFile.read(folder.path(Part.VAE).resolve("config.json"))),
        sampler(SamplerConfig.read(folder), transformer));
  }

  /** A teacher packed together with the student's sampler cannot use it: it predicts a velocity. */
  private static SamplerConfig sampler(SamplerConfig read, SanaConfig transformer) {
    boolean misplaced = read.isConsistency() && !transformer.guidanceEmbedding();
    return misplaced ? SamplerConfig.publicFlow() : read;
  }

  /**
   * Whether it is a Sprint student: few steps, guidance as an input of the network.
   *
   * @return false for SANA and for the teacher
   */
  public boolean isSprint() {
    return transformer.guidanceEmbedding();
  }

  /**
   * Whether a request is denoised with and without its prompt, both in one batch.
   *
   * @param request gives the guidance scale
   * @return true for a scale above 1, but for a Sprint student
   */
  public boolean isGuided(GenerationRequest request) {
    return !isSprint() && request.guidance() > 1;
  }

  /**
   * Whether prompts stand behind the complex human instruction unless a request says otherwise.
   *
   * @return true, but for models that say they were trained without it
   */
  public boolean instruction() {
    return folder.instruction();
  }

  /**
   * The side of the square image it was made for.
   *
   * @return pixels, for example 1024
   */
  public int nativeResolution() {
    return transformer.sampleSize() * autoencoder.compression();
  }

  /**
   * Sizes without binning are multiples of this.
   *
   * @return pixels, for example 32
   */
  public int sizeStep() {
    return autoencoder.compression() * transformer.patchSize();
  }

  /**
   * A request with this model's defaults: its native size, 2 steps for Sprint, else 20.
   *
   * @param prompts what to show
   * @return a builder
   */
  public GenerationRequest.Builder request(String... prompts) {
    int side = Math.min(nativeResolution(), ImageSize.MAX_SIDE);
    return GenerationRequest.builder(List.of(prompts))
        .size(new ImageSize(side, side))
        .instruction(instruction())
        .steps(isSprint() ? 2 : 20);
  }

  /**
   * How many pieces of work a request has.
   *
   * @param request what is asked
   * @return prompts, steps that are taken for all images or their tiles, and images or tiles
   * @throws RequestException if the times do not fit
   */
  public int work(GenerationRequest request) {
    int parts = request.images() * UpscaleTiles.count(this, request);
    return request.prompts().size() + parts * (sampler.stepsTaken(request) + 1);
  }

  /**
   * A request with this model's defaults for a task. Its size is that of the image it begins with,
   * or the nearest that the model can make; images are not larger than the model was made for, but
   * those of inpainting. A condition has proportions only: the image is as large as the model was
   * made for. A Sprint model that begins with an image takes 4 steps, of which a strength leaves
   * some out.
   *
   * @param task what is asked
   * @param prompts what to show
   * @return a builder
   */
  public GenerationRequest.Builder request(Task task, String... prompts) {
    GenerationRequest.Builder builder = request(prompts).task(task);
    if (isSprint() && task.editsImage()) {
      builder.steps(SPRINT_STEPS_FROM_AN_IMAGE);
    }
    return task.inputs().isEmpty()
        ? builder
        : builder.size(sizeLike(task, task.inputs().get(0).size()));
  }

  /**
   * The image's own, where the model works at sizes of its own anyway, else the nearest multiple of
   * its step; but no larger than the model was made for, unless pixels of it shall stay as they
   * are. A condition is scaled to the area that the model was made for.
   */
  private ImageSize sizeLike(Task task, ImageSize image) {
    if (task instanceof Task.Upscale upscale) {
      return upscale.size();
    }
    double area = (double) image.width() * image.height();
    double whole = nativeResolution() / Math.sqrt(area);
    double scale =
        task instanceof Task.Control
            ? whole
            : task instanceof Task.Inpaint ? 1 : Math.min(1, whole);
    int step = AspectRatioBins.exists(nativeResolution()) ? 1 : sizeStep();
    return new ImageSize(
        nearest((int) Math.round(image.width() * scale), step),
        nearest((int) Math.round(image.height() * scale), step));
  }

  /**
   * Refuses what the model or this machine cannot do, from the configs alone.
   *
   * @param request what is asked
   * @param dtype what the networks compute in
   * @param device where they compute; the memory of the processor's own is checked
   * @param loaded whether the model is open already
   * @throws RequestException naming the reason
   * @throws ModelException if a ControlNet does not fit the model
   * @throws dev.sana4j.weights.CheckpointException if a ControlNet has no weights
   */
  public void check(GenerationRequest request, DType dtype, Device device, boolean loaded) {
    var unused = workingSize(request); // refuses a size that the model cannot have
    sampler.check(request);
    if (dtype == DType.FLOAT16 && device.isCpu()) {
      throw new RequestException("float16 is for GPUs; take bfloat16 or float32 on a processor");
    }
    if (dtype == DType.INT8 && !device.isCpu()) {
      throw new RequestException("int8 is for the processor; take bfloat16 on " + device);
    }
    if (isSprint() && !request.guidanceLimits().equals(GuidanceLimits.NONE)) {
      throw new RequestException(
          "a Sprint model has its guidance inside: it takes no guidance interval and no rescaling");
    }
    TaskCheck.require(request);
    if (request.task() instanceof Task.Control control) {
      var unusedFile = ControlNetConfig.of(this, control).weights(dtype); // refuses what is missing
    }
    if (device.isCpu()) {
      MemoryCheck.require(this, request, dtype, loaded);
    }
  }

  /**
   * The size the networks work at.
   *
   * @param request gives size and binning
   * @return the size itself, or the nearest one the model was trained at; of upscaling, a tile
   * @throws RequestException if the size does not fit the model
   */
  public ImageSize workingSize(GenerationRequest request) {
    ImageSize size =
        request.task() instanceof Task.Upscale ? UpscaleTiles.tile(this) : request.size();
    return switch (request.binning()) {
      case AUTO ->
          AspectRatioBins.exists(nativeResolution())
              ? AspectRatioBins.of(nativeResolution()).closest(size)
              : requireMultiple(size);
      case ON -> requireMultiple(bins().closest(size));
      case OFF -> requireMultiple(size);
    };
  }

  /** The public pipelines choose the table by the latent size alone. */
  private AspectRatioBins bins() {
    int resolution = 32 * transformer.sampleSize();
    if (!AspectRatioBins.exists(resolution)) {
      throw new RequestException(
          "there is no table of sizes for a model of sample_size " + transformer.sampleSize());
    }
    return AspectRatioBins.of(resolution);
  }

  private ImageSize requireMultiple(ImageSize size) {
    int step = sizeStep();
    if (size.width() % step != 0 || size.height() % step != 0) {
      throw new RequestException(
          "size "
              + size
              + " is not a multiple of "
              + step
              + "; the nearest is "
              + new ImageSize(nearest(size.width(), step), nearest(size.height(), step)));
    }
    return size;
  }

  private static int nearest(int side, int step) {
    return Math.max(step, (side + step / 2) / step * step);
  }
}
