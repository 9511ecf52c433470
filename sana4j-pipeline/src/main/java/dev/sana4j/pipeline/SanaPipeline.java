package dev.sana4j.pipeline;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.files.SanaException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.pipeline.request.TextLength;
import dev.sana4j.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Generates images with SANA, its teachers and Sprint: text to image and the other {@linkplain Task
 * tasks}. Inputs and results are on the heap.
 *
 * <p>Several threads, also virtual ones, may use a pipeline. It computes one call at a time on a
 * separate thread, in the order of the calls. Listeners and consumers of images run on that thread,
 * named {@code sana4j-pipeline}: they see no thread-local values of the caller, must not wait for a
 * lock that the caller holds, and must not wait for another image of the same pipeline.
 *
 * <p>An interrupt ends the wait of a caller. The call then throws {@link
 * SamplingCancelledException}, the thread stays interrupted, and the generation stops within one
 * step.
 */
public final class SanaPipeline implements AutoCloseable {
  private final SanaModel model;
  private final ImageGeneration generation;
  private final PipelineWorker worker = new PipelineWorker();

  SanaPipeline(SanaModel model, String name) {
    this.model = model;
    generation = new ImageGeneration(model, name);
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
   * image, but it has at most the area of the native size, except for inpainting. A control image
   * sets only the proportions. A Sprint model uses 4 steps for an input image; a strength below 1
   * skips some of them.
   *
   * @param task the task
   * @param prompts one or more prompts
   * @return a builder
   */
  public GenerationRequest.Builder request(Task task, String... prompts) {
    return config().request(task, prompts);
  }

  /**
   * Checks whether the model and this machine can fulfil a request. Does not wait for running
   * calls, whose memory is not free.
   *
   * @param request the request to check
   * @throws RequestException naming the reason
   * @throws PipelineClosedException if the pipeline is closed
   */
  public void check(GenerationRequest request) {
    worker.requireOpen();
    config().check(request, model.dtype(), model.device(), true);
  }

  /**
   * Returns the denoising steps for each image of a request. A strength below 1 skips some steps,
   * and an upscaled image takes those of all its tiles.
   *
   * @param request the request
   * @return the number of steps that a listener is notified of
   * @throws RequestException if the times do not fit
   */
  public int steps(GenerationRequest request) {
    return config().steps(request);
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
   * Returns how many tokens of each prompt are computed when the instruction is cached. Does not
   * wait for running calls.
   *
   * @param request the request
   * @return one per prompt, then one for the negative prompt if there is classifier-free guidance
   * @throws PipelineClosedException if the pipeline is closed
   */
  public List<TextLength> textLengths(GenerationRequest request) {
    return worker.whileOpen(() -> model.textLengths(request));
  }

  /**
   * Generates images.
   *
   * @param request the request
   * @return the images, grouped by prompt
   * @throws RequestException before any work if the model cannot fulfil the request
   * @throws dev.sana4j.weights.CheckpointException if a LoRA adapter or a ControlNet cannot be read
   *     or does not fit
   * @throws SamplingCancelledException if this thread is interrupted
   * @throws PipelineClosedException if the pipeline is closed
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
   * @throws SamplingCancelledException if the listener cancels, or this thread is interrupted
   * @throws PipelineClosedException if the pipeline is closed
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
   * @throws SamplingCancelledException if the listener cancels, or this thread is interrupted
   * @throws PipelineClosedException if the pipeline is closed
   */
  public void generate(
      GenerationRequest request, GenerationListener listener, Consumer<GeneratedImage> images) {
    checkValues(request);
    int unused =
        worker.await(PipelineCall.awaited(ended -> generate(request, listener, images, ended)));
  }

  /**
   * Generates images in the background.
   *
   * @param request the request
   * @return the images, grouped by prompt; see {@link #generateAsync(GenerationRequest,
   *     GenerationListener)}
   */
  public CompletableFuture<List<GeneratedImage>> generateAsync(GenerationRequest request) {
    return generateAsync(request, GenerationListener.NONE);
  }

  /**
   * Generates images in the background and reports the progress. Every error ends the future, also
   * a refused request and a closed pipeline. Actions that depend on the future run in its default
   * executor, not on the thread of the pipeline.
   *
   * @param request the request
   * @param listener is notified of every prompt, step and image
   * @return the images, grouped by prompt. If the future ends early, by {@code cancel} or {@code
   *     orTimeout}, the generation does not start, or stops within one step
   */
  public CompletableFuture<List<GeneratedImage>> generateAsync(
      GenerationRequest request, GenerationListener listener) {
    try {
      checkValues(request);
      return worker
          .submit(
              PipelineCall.detached(
                  ended -> {
                    List<GeneratedImage> images = new ArrayList<>();
                    int unused = generate(request, listener, images::add, ended);
                    return images;
                  }))
          .result();
    } catch (SanaException e) {
      return CompletableFuture.failedFuture(e);
    }
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
   * @throws SamplingCancelledException if the listener cancels, or this thread is interrupted
   * @throws PipelineClosedException if the pipeline is closed
   */
  public List<GeneratedImage> generateTogether(
      List<GenerationRequest> requests, GenerationListener listener) {
    requests.forEach(this::checkValues);
    return worker.await(
        PipelineCall.awaited(
            ended -> generation.generateTogether(requests, new CallListener(listener, ended))));
  }

  /** Generates images on the worker thread until the call ends; returns the number of images. */
  private int generate(
      GenerationRequest request,
      GenerationListener listener,
      Consumer<GeneratedImage> images,
      BooleanSupplier ended) {
    Consumer<GeneratedImage> wanted =
        image -> {
          if (!ended.getAsBoolean()) {
            images.accept(image);
          }
        };
    generation.generate(request, new CallListener(listener, ended), wanted);
    return request.images();
  }

  /** Refuses a request before it waits in the queue. Its memory is checked when it is its turn. */
  private void checkValues(GenerationRequest request) {
    config().checkValues(request, model.dtype(), model.device());
  }

  /**
   * Ends all calls and frees the memory. Waiting calls fail with a {@link PipelineClosedException}.
   * So does a running one, whose generation stops within one step; this method waits for that. To
   * keep the images, close the pipeline after the calls have returned and the futures are complete.
   * Closing twice has no effect.
   */
  @Override
  public void close() {
    worker.close(model::close);
  }
}
