package dev.sana4j.pipeline.model;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.files.ProcessMemory;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.TransformerConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.ConfigFile;
import java.util.ArrayList;
import java.util.List;

/**
 * The configs of a model folder, read without its weights. They determine the defaults of requests,
 * and allow checks before the work starts.
 *
 * @param folder the model folder
 * @param textEncoder sizes of the text encoder
 * @param denoiser sizes and variant of the transformer
 * @param autoencoder sizes of the autoencoder
 * @param sampler the sampler
 * @param notes lines for the user about values that sana4j assumes because the folder lacks them
 */
public record ModelConfig(
    ModelFolder folder,
    GemmaConfig textEncoder,
    TransformerConfig denoiser,
    AutoencoderConfig autoencoder,
    SamplerConfig sampler,
    List<String> notes) {

  private static final int SPRINT_STEPS_FROM_AN_IMAGE = 4;

  /** Checks that the parts fit together. */
  public ModelConfig {
    notes = List.copyOf(notes);
    SanaConfig transformer = denoiser.network();
    require(
        transformer.captionChannels() == textEncoder.width(),
        folder,
        "the transformer expects embeddings of width "
            + transformer.captionChannels()
            + ", but the text encoder returns "
            + textEncoder.width());
    require(
        transformer.inChannels() == autoencoder.latentChannels(),
        folder,
        "the transformer expects latents of "
            + transformer.inChannels()
            + " channels, but those of the autoencoder have "
            + autoencoder.latentChannels());
    require(
        transformer.outChannels() == transformer.inChannels()
            || transformer.outChannels() == 2 * transformer.inChannels(),
        folder,
        "out_channels must be in_channels or twice in_channels");
    require(
        sampler.isConsistency() == transformer.guidanceEmbedding(),
        folder,
        "a Sprint model needs both guidance_embeds and an SCMScheduler; other models must have"
            + " neither");
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
   * @throws ModelException if the pipeline or a part is not supported
   */
  public static ModelConfig read(ModelFolder folder) {
    PipelineClass.require(folder);
    TransformerConfig denoiser = TransformerConfig.open(folder.path(Part.TRANSFORMER));
    List<String> notes = new ArrayList<>(denoiser.notes());
    notes.addAll(PipelineClass.notes(folder, denoiser.network().guidanceEmbedding()));
    return new ModelConfig(
        folder,
        GemmaConfig.read(ConfigFile.read(folder.path(Part.TEXT_ENCODER).resolve("config.json"))),
        denoiser,
        AutoencoderConfig.read(ConfigFile.read(folder.path(Part.VAE).resolve("config.json"))),
        sampler(SamplerConfig.read(folder), denoiser.network()),
        notes);
  }

  /**
   * Replaces the sampler of a teacher that is packaged with that of the student: a teacher predicts
   * a velocity.
   */
  private static SamplerConfig sampler(SamplerConfig read, SanaConfig transformer) {
    boolean misplaced = read.isConsistency() && !transformer.guidanceEmbedding();
    return misplaced ? SamplerConfig.publicFlow() : read;
  }

  /**
   * Returns the sizes and the variant of the transformer.
   *
   * @return the config, with the timestep scale that is used
   */
  public SanaConfig transformer() {
    return denoiser.network();
  }

  /**
   * Returns the same model with a given timestep scale.
   *
   * @param scale factor for timesteps of 0..1000, above 0 and at most 1; 0.001 for the teachers of
   *     SANA-Sprint
   * @return the model, without notes about the timestep scale
   * @throws RequestException if the scale is out of range, or it is a Sprint model
   */
  public ModelConfig withTimestepScale(double scale) {
    if (!(scale > 0 && scale <= 1)) {
      throw new RequestException(
          "the timestep scale must be above 0 and at most 1, but was " + scale);
    }
    if (isSprint()) {
      throw new RequestException(
          "a Sprint model has no timestep scale; only SANA models and teachers have one");
    }
    List<String> others = notes.stream().filter(note -> !denoiser.notes().contains(note)).toList();
    return new ModelConfig(
        folder, textEncoder, denoiser.withTimestepScale(scale), autoencoder, sampler, others);
  }

  /**
   * Returns the timestep scale if the file of the transformer does not determine it.
   *
   * @return the assumed or given scale; 0 if the file determines it
   */
  public double assumedTimestepScale() {
    return denoiser.isTimestepScaleOfFile() ? 0 : denoiser.network().timestepScale();
  }

  /**
   * Returns whether the file of a transformer that seems to be a teacher lacks its timestep scale.
   *
   * @return true if the default was taken, which is probably wrong
   */
  public boolean lacksTimestepScale() {
    return denoiser.isTimestepScaleOfFile() && !denoiser.notes().isEmpty();
  }

  /**
   * Returns whether it is a Sprint model: few steps, guidance as an input of the network.
   *
   * @return false for SANA and for teachers
   */
  public boolean isSprint() {
    return transformer().guidanceEmbedding();
  }

  /**
   * Returns whether a request uses classifier-free guidance.
   *
   * @param request with the guidance scale
   * @return true for a scale above 1, except for a Sprint model
   */
  public boolean isGuided(GenerationRequest request) {
    return !isSprint() && request.guidance() > 1;
  }

  /**
   * Returns whether prompts follow the complex human instruction by default.
   *
   * @return true, except for models that were trained without it
   */
  public boolean instruction() {
    return folder.instruction();
  }

  /**
   * Returns the side of the square image that the model was trained for.
   *
   * @return pixels, for example 1024
   */
  public int nativeResolution() {
    return transformer().sampleSize() * autoencoder.compression();
  }

  /**
   * Returns the step of sizes: without binning, width and height are multiples of it.
   *
   * @return pixels, for example 32
   */
  public int sizeStep() {
    return autoencoder.compression() * transformer().patchSize();
  }

  /**
   * Returns a request with this model's defaults: its native size, 2 steps for Sprint, else 20.
   *
   * @param prompts one or more prompts
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
   * Returns the number of pieces of work of a request.
   *
   * @param request the request
   * @return the number of prompts, of steps for all images or tiles, and of images or tiles
   * @throws RequestException if the times do not fit
   */
  public int work(GenerationRequest request) {
    int parts = request.images() * UpscaleTiles.count(this, request);
    return request.prompts().size() + parts * (sampler.stepsTaken(request) + 1);
  }

  /**
   * Returns the denoising steps for each image of a request.
   *
   * @param request the request
   * @return the steps that are taken; for upscaling, those of all tiles
   * @throws RequestException if the times do not fit
   */
  public int steps(GenerationRequest request) {
    return UpscaleTiles.count(this, request) * sampler.stepsTaken(request);
  }

  /**
   * Returns a request with this model's defaults for a task. The size is that of the input image,
   * but it has at most the area of the native size, except for inpainting. A control image sets
   * only the proportions; the area is that of the native size. A Sprint model uses 4 steps for an
   * input image; a strength below 1 skips some of them.
   *
   * @param task the task
   * @param prompts one or more prompts
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
   * Returns the size of the image. Larger images are reduced to the native area, except for
   * inpainting, where pixels must stay unchanged. A control image is scaled to the native area.
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
    return new ImageSize(side(image.width() * scale), side(image.height() * scale));
  }

  private static int side(double length) {
    return (int) Math.max(1, Math.min(ImageSize.MAX_SIDE, Math.round(length)));
  }

  /**
   * Checks whether the model and this machine can fulfil a request, using only the configs.
   *
   * @param request the request
   * @param dtype precision of the networks
   * @param device device of the networks; memory is checked only on the CPU
   * @param loaded whether the model is already open
   * @throws RequestException naming the reason
   * @throws ModelException if a ControlNet does not fit the model
   * @throws dev.sana4j.weights.CheckpointException if a ControlNet has no weights
   */
  public void check(GenerationRequest request, DType dtype, Device device, boolean loaded) {
    checkValues(request, dtype, device);
    if (device.isCpu()) {
      MemoryCheck.require(this, request, dtype, loaded, ProcessMemory.available());
    }
  }

  /**
   * Checks that a request fits into an amount of memory, before the model is opened on the CPU.
   *
   * @param request the request
   * @param dtype precision of the networks
   * @param available bytes that the model may use, for example those that are free after another
   *     model is closed
   * @throws RequestException with the needed memory, and settings that need less
   */
  public void checkMemory(GenerationRequest request, DType dtype, long available) {
    MemoryCheck.require(this, request, dtype, false, available);
  }

  /**
   * Checks whether the model can fulfil a request, without its memory.
   *
   * @param request the request
   * @param dtype precision of the networks
   * @param device device of the networks
   * @throws RequestException naming the reason
   * @throws ModelException if a ControlNet does not fit the model
   * @throws dev.sana4j.weights.CheckpointException if a ControlNet has no weights
   */
  public void checkValues(GenerationRequest request, DType dtype, Device device) {
    var unused = workingSize(request); // refuses an unsupported size
    sampler.check(request);
    if (dtype == DType.FLOAT16 && device.isCpu()) {
      throw new RequestException("float16 needs a GPU; choose bfloat16 or float32 on a CPU");
    }
    if (dtype == DType.INT8 && !device.isCpu()) {
      throw new RequestException("int8 needs a CPU; choose bfloat16 on " + device);
    }
    if (isSprint() && !request.guidanceLimits().equals(GuidanceLimits.NONE)) {
      throw new RequestException(
          "Sprint models do not support a guidance interval or guidance rescale");
    }
    TaskCheck.require(request);
    if (request.task() instanceof Task.Control control) {
      var unusedFile = ControlNetConfig.of(this, control).weights(dtype); // refuses missing weights
    }
  }

  /**
   * Returns the memory that a process needs for a request on the CPU.
   *
   * @param request the request
   * @param dtype precision of the networks
   * @return the peak in bytes, from the start of the process to the end of the request
   * @throws dev.sana4j.weights.CheckpointException if weights are missing or damaged
   */
  public long memory(GenerationRequest request, DType dtype) {
    return MemoryCheck.peak(this, request, dtype);
  }

  /**
   * Returns the size that the networks work at.
   *
   * @param request with size and binning
   * @return the size itself, or the nearest one the model was trained at; for upscaling, the size
   *     of a tile
   * @throws RequestException if the size does not fit the model
   */
  public ImageSize workingSize(GenerationRequest request) {
    return new WorkingSize(this).of(request);
  }

  /**
   * Returns whether a decoded image is scaled to the requested size as by the published pipelines,
   * bilinearly and without a filter. Otherwise the scaling is antialiased.
   *
   * @param request with size and binning
   * @return true if the model has published sizes and the scale is near 1, or if binning is on
   * @throws RequestException if the size does not fit the model
   */
  public boolean scalesAsPublished(GenerationRequest request) {
    return new WorkingSize(this).scalesAsPublished(request);
  }
}
