package dev.sana4j.pipeline;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.diffusion.StepListener;
import dev.sana4j.hub.ModelFolder;
import dev.sana4j.image.Pixels;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.GenerationListener.Progress;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Text to image: SANA, its teacher, and Sprint. Everything that goes in and out is on the heap.
 *
 * <p>A pipeline is used by one thread at a time.
 */
public final class SanaPipeline implements AutoCloseable {
  private final SanaModel model;

  private SanaPipeline(SanaModel model) {
    this.model = model;
  }

  /**
   * Opens a model folder and loads its weights.
   *
   * @param folder in the diffusers layout
   * @param dtype dtype to compute in
   * @param device where to compute
   * @return the pipeline, to be closed by the caller
   */
  public static SanaPipeline open(Path folder, DType dtype, Device device) {
    return open(ModelConfig.read(ModelFolder.open(folder)), dtype, device);
  }

  /**
   * Loads the weights of a model whose configs are read.
   *
   * @param config which model
   * @param dtype dtype to compute in
   * @param device where to compute
   * @return the pipeline, to be closed by the caller
   */
  public static SanaPipeline open(ModelConfig config, DType dtype, Device device) {
    return new SanaPipeline(SanaModel.load(config, dtype, device));
  }

  /**
   * What the model is, and the defaults of its requests.
   *
   * @return its description
   */
  public ModelConfig config() {
    return model.config();
  }

  /**
   * Makes images.
   *
   * @param request what to show
   * @return one image a prompt and count, those of the same prompt together
   * @throws RequestException if the model cannot fulfil it; before any work
   */
  public List<GeneratedImage> generate(GenerationRequest request) {
    return generate(request, GenerationListener.NONE);
  }

  /**
   * Makes images, and tells about the progress.
   *
   * @param request what to show
   * @param listener hears about every step
   * @return one image a prompt and count, those of the same prompt together
   * @throws RequestException if the model cannot fulfil it; before any work
   * @throws SamplingCancelledException if the listener cancels
   */
  public List<GeneratedImage> generate(GenerationRequest request, GenerationListener listener) {
    config().check(request, model.dtype(), true);
    return Libtorch.noGrad(
        () ->
            request.noise() == GenerationRequest.Noise.SHARED
                ? together(request, listener)
                : oneByOne(request, listener));
  }

  /** Images with noise of their own are made alone: none depends on its neighbours. */
  private List<GeneratedImage> oneByOne(GenerationRequest request, GenerationListener listener) {
    List<GeneratedImage> images = new ArrayList<>();
    int all = request.images() * request.steps();
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      int first = prompt * request.imagesPerPrompt();
      TensorScope.confine(
          () -> {
            SanaModel.Condition condition = model.encode(request.single(first));
            for (int i = 0; i < request.imagesPerPrompt(); i++) {
              int done = (first + i) * request.steps();
              images.add(
                  alone(
                      request.single(first + i),
                      condition,
                      step -> listener.onProgress(new Progress(done + step.index() + 1, all))));
            }
            return images;
          });
    }
    return images;
  }

  private GeneratedImage alone(
      GenerationRequest request, SanaModel.Condition condition, StepListener steps) {
    return TensorScope.confine(
        () -> {
          Tensor latents = model.denoise(request, condition, steps);
          return new GeneratedImage(Pixels.toImage(model.decode(request, latents)), request);
        });
  }

  /** Images of a shared draw are one batch, and can only be made again together. */
  private List<GeneratedImage> together(GenerationRequest request, GenerationListener listener) {
    int count = request.images();
    int all = count * request.steps();
    StepListener steps = step -> listener.onProgress(new Progress((step.index() + 1) * count, all));
    return TensorScope.confine(
        () -> {
          Tensor latents = model.denoise(request, model.encode(request), steps);
          return IntStream.range(0, count)
              .mapToObj(i -> new GeneratedImage(pixels(request, latents, i), request))
              .toList();
        });
  }

  private RgbImage pixels(GenerationRequest request, Tensor latents, int image) {
    return TensorScope.confine(
        () -> Pixels.toImage(model.decode(request, latents.narrow(0, image, 1))));
  }

  @Override
  public void close() {
    model.close();
  }
}
