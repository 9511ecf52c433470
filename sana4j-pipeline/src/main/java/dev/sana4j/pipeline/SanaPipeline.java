package dev.sana4j.pipeline;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.diffusion.StepListener;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.InpaintComposite;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.pipeline.engine.PreviewMaker;
import dev.sana4j.pipeline.engine.RequestBatch;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.engine.TiledUpscale;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationListener.Stage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.pipeline.request.TextLength;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Generates images with SANA, its teachers and Sprint: text to image and the other {@linkplain Task
 * tasks}. Inputs and results are on the heap.
 *
 * <p>Not thread-safe.
 */
public final class SanaPipeline implements AutoCloseable {
  /** A character without a token becomes up to 3 bytes, or 4 for a pair of characters. */
  private static final int MOST_TOKENS_PER_CHAR = 3;

  private final SanaModel model;
  private final String name;

  SanaPipeline(SanaModel model, String name) {
    this.model = model;
    this.name = name;
  }

  /**
   * Returns a builder for a model folder.
   *
   * @param folder in the diffusers layout
   * @return settings of a pipeline; its precision and device have defaults
   * @throws dev.sana4j.folder.ModelException if the kind of model is not supported
   */
  public static PipelineBuilder builder(ModelFolder folder) {
    return new PipelineBuilder(folder, folder.root().toString());
  }

  /**
   * Returns a builder for a model folder.
   *
   * @param folder in the diffusers layout
   * @return settings of a pipeline; its precision and device have defaults
   * @throws dev.sana4j.folder.ModelException if it is not a model folder, or the kind of model is
   *     not supported
   */
  public static PipelineBuilder builder(Path folder) {
    return builder(ModelFolder.open(folder));
  }

  /**
   * Returns a builder for a model by its name; downloads it from the hub, and converts a
   * checkpoint, if necessary.
   *
   * @param model a name as {@link ModelLocator} takes it
   * @return settings of a pipeline; its precision and device have defaults
   * @throws dev.sana4j.hub.HubException if the download fails
   * @throws dev.sana4j.folder.ModelException if the kind of model is not supported
   */
  public static PipelineBuilder builder(String model) {
    ModelLocator models = new ModelLocator(HubSettings.fromEnvironment());
    ModelLocator.Located found = models.locate(model, null, HubListener.SILENT);
    return new PipelineBuilder(found.open(), found.name());
  }

  ModelConfig config() {
    return model.config();
  }

  /**
   * Returns a request with the defaults of the model: its native size, 2 steps for Sprint, else 20.
   *
   * @param prompts one or more prompts
   * @return a builder
   */
  public GenerationRequest.Builder request(String... prompts) {
    return config().request(prompts);
  }

  /**
   * Returns a request with the defaults of the model for a task. The size is that of the input
   * image, or the nearest size that the model supports. It has at most the area of the native size,
   * except for inpainting. A control image sets only the proportions. A Sprint model uses 4 steps
   * for an input image; a strength below 1 skips some of them.
   *
   * @param task the task
   * @param prompts one or more prompts
   * @return a builder
   */
  public GenerationRequest.Builder request(Task task, String... prompts) {
    return config().request(task, prompts);
  }

  /**
   * Checks whether the model and this machine can fulfil a request.
   *
   * @param request the request to check
   * @throws RequestException naming the reason
   */
  public void check(GenerationRequest request) {
    config().check(request, model.dtype(), model.device(), true);
  }

  /**
   * Returns the precision of the networks.
   *
   * @return the dtype that was set, or the one that was chosen
   */
  public DType dtype() {
    return model.dtype();
  }

  /**
   * Returns how many tokens of each prompt are computed when the instruction is cached.
   *
   * @param request the request
   * @return one per prompt, then one for the negative prompt if there is classifier-free guidance
   */
  public List<TextLength> textLengths(GenerationRequest request) {
    return model.textLengths(request);
  }

  /**
   * Generates images.
   *
   * @param request the request
   * @return the images, grouped by prompt
   * @throws RequestException before any work if the model cannot fulfil the request
   * @throws dev.sana4j.weights.CheckpointException if a LoRA adapter or a ControlNet cannot be read
   *     or does not fit
   */
  public List<GeneratedImage> generate(GenerationRequest request) {
    return generate(request, GenerationListener.NONE);
  }

  /**
   * Generates images and reports the progress.
   *
   * @param request the request
   * @param listener is notified of every prompt, step and image
   * @return the images, grouped by prompt
   * @throws RequestException before any work if the model cannot fulfil the request
   * @throws dev.sana4j.weights.CheckpointException if a LoRA adapter or a ControlNet cannot be read
   *     or does not fit
   * @throws SamplingCancelledException if the listener cancels
   */
  public List<GeneratedImage> generate(GenerationRequest request, GenerationListener listener) {
    List<GeneratedImage> images = new ArrayList<>();
    generate(request, listener, images::add);
    return images;
  }

  /**
   * Generates images and delivers each as soon as it is finished.
   *
   * @param request the request
   * @param listener is notified of every prompt, step and image
   * @param images receives the images, grouped by prompt
   * @throws RequestException before any work if the model cannot fulfil the request
   * @throws dev.sana4j.weights.CheckpointException if a LoRA adapter or a ControlNet cannot be read
   *     or does not fit
   * @throws SamplingCancelledException if the listener cancels
   */
  public void generate(
      GenerationRequest request, GenerationListener listener, Consumer<GeneratedImage> images) {
    model.prepare(request);
    noteDroppedTokens(0, request, listener);
    Work work = new Work(listener, config().work(request));
    PreviewMaker previews = new PreviewMaker(model, listener);
    Libtorch.noGrad(
        () ->
            TensorScope.compute(
                () -> {
                  if (isOneBatch(request)) {
                    together(request, work, previews, images);
                  } else {
                    oneByOne(request, work, previews, images);
                  }
                  return null;
                }));
  }

  /**
   * Generates one image for each of several requests as a batch, which is faster for small images.
   * The pixels may differ by rounding from those of single images.
   *
   * @param requests each for one image without an input image; they may differ only in prompts,
   *     negative prompts and seeds
   * @param listener is notified of every prompt, step and image
   * @return one image per request
   * @throws RequestException if the requests differ in other values, or the model cannot fulfil one
   * @throws SamplingCancelledException if the listener cancels
   */
  public List<GeneratedImage> generateTogether(
      List<GenerationRequest> requests, GenerationListener listener) {
    RequestBatch many = new RequestBatch(model, requests, listener);
    model.prepare(many.all());
    for (int i = 0; i < requests.size(); i++) {
      noteDroppedTokens(i, requests.get(i), listener);
    }
    List<RgbImage> pixels = Libtorch.noGrad(many::make);
    List<GeneratedImage> images = new ArrayList<>();
    for (int i = 0; i < pixels.size(); i++) {
      images.add(image(pixels.get(i), requests.get(i)));
    }
    return images;
  }

  /** Reports texts whose end has no effect. Short texts need not be tokenized for this. */
  private void noteDroppedTokens(
      int index, GenerationRequest request, GenerationListener listener) {
    int limit = request.maxSequenceLength();
    List<String> texts = new ArrayList<>(request.prompts());
    texts.add(request.negativePrompt());
    if (texts.stream().allMatch(text -> MOST_TOKENS_PER_CHAR * (text.length() + 1) <= limit)) {
      return;
    }
    List<TextLength> lengths = model.textLengths(request);
    for (int i = 0; i < lengths.size(); i++) {
      int dropped = lengths.get(i).dropped();
      if (dropped > 0) {
        String text = i < request.prompts().size() ? "the prompt" : "the negative prompt";
        listener.onNote(
            index,
            "%s has %d tokens, but only the first %d have an effect (the maximum sequence length)"
                .formatted(text, limit + dropped, limit));
      }
    }
  }

  /** Generates images with independent noise one by one, so that none depends on the others. */
  private void oneByOne(
      GenerationRequest request,
      Work work,
      PreviewMaker previews,
      Consumer<GeneratedImage> images) {
    int each = request.imagesPerPrompt();
    for (int first = 0; first < request.images(); first += each) {
      SanaModel.Condition condition = model.encode(request.single(first));
      work.done(Stage.ENCODE, 1);
      for (int i = first; i < first + each; i++) {
        int image = i;
        StepListener steps =
            step -> {
              previews.show(step, image);
              return work.done(Stage.DENOISE, 1);
            };
        images.accept(alone(request.single(i), condition, steps, work));
      }
    }
  }

  private GeneratedImage alone(
      GenerationRequest request, SanaModel.Condition condition, StepListener steps, Work work) {
    RgbImage made =
        request.task() instanceof Task.Upscale task
            ? upscaled(request, task, condition, work)
            : image(request, condition, steps, work);
    return image(made, request);
  }

  private GeneratedImage image(RgbImage made, GenerationRequest request) {
    var provenance = ImageProvenance.of(this, name, request);
    return new GeneratedImage(InpaintComposite.apply(request, made), provenance);
  }

  private RgbImage upscaled(
      GenerationRequest request, Task.Upscale task, SanaModel.Condition text, Work work) {
    StepListener steps = step -> work.done(Stage.DENOISE, 1); // no preview
    return new TiledUpscale(
            config(),
            tile ->
                TensorScope.<RgbImage>compute(
                    () -> image(tile, text.with(model.encodeImage(tile)), steps, work)))
        .apply(request, task);
  }

  private RgbImage image(
      GenerationRequest request, SanaModel.Condition condition, StepListener steps, Work work) {
    return TensorScope.compute(
        () -> decoded(request, model.denoise(request, condition, steps), work));
  }

  private static boolean isOneBatch(GenerationRequest request) {
    return request.noise() == GenerationRequest.Noise.SHARED
        && !(request.task() instanceof Task.Upscale);
  }

  /** Generates images with shared noise as one batch; they can be reproduced only together. */
  private void together(
      GenerationRequest request,
      Work work,
      PreviewMaker previews,
      Consumer<GeneratedImage> images) {
    SanaModel.Condition condition = model.encode(request);
    work.done(Stage.ENCODE, request.prompts().size());
    StepListener steps =
        step -> {
          previews.show(step, 0);
          return work.done(Stage.DENOISE, request.images());
        };
    Tensor latents = model.denoise(request, condition, steps);
    for (int i = 0; i < request.images(); i++) {
      RgbImage made = decoded(request, latents.narrow(0, i, 1), work);
      images.accept(image(made, request));
    }
  }

  private RgbImage decoded(GenerationRequest request, Tensor latents, Work work) {
    RgbImage pixels = TensorScope.compute(() -> Pixels.toImage(model.decode(request, latents)));
    work.done(Stage.DECODE, 1);
    return pixels;
  }

  /** Counts the completed work of one request. */
  private static final class Work {
    private final GenerationListener listener;
    private final int all;
    private int done;

    Work(GenerationListener listener, int all) {
      this.listener = listener;
      this.all = all;
    }

    @CanIgnoreReturnValue
    boolean done(Stage stage, int pieces) {
      done += pieces;
      if (!listener.onProgress(new GenerationListener.Progress(stage, done, all))) {
        throw new SamplingCancelledException("cancelled after " + done + " of " + all);
      }
      return true;
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
