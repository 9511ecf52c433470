package dev.sana4j.pipeline;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.diffusion.StepListener;
import dev.sana4j.hub.ModelFolder;
import dev.sana4j.image.Pixels;
import dev.sana4j.image.RgbImage;
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
    List<GeneratedImage> images = new ArrayList<>();
    for (GenerationRequest batch : batches(request)) {
      int done = images.size() * request.steps();
      int all = request.images() * request.steps();
      StepListener steps =
          step -> listener.onProgress(progress(batch, done, step.index() + 1, all));
      images.addAll(Libtorch.noGrad(() -> TensorScope.confine(() -> batch(batch, steps))));
    }
    return images;
  }

  /** Images with noise of their own are made one by one: none depends on its neighbours. */
  private static List<GenerationRequest> batches(GenerationRequest request) {
    return request.noise() == GenerationRequest.Noise.SHARED
        ? List.of(request)
        : IntStream.range(0, request.images()).mapToObj(request::single).toList();
  }

  private static GenerationListener.Progress progress(
      GenerationRequest batch, int done, int step, int all) {
    return new GenerationListener.Progress(done + step * batch.images(), all);
  }

  private List<GeneratedImage> batch(GenerationRequest request, StepListener steps) {
    SanaModel.Condition condition = model.encode(request);
    Tensor latents = model.denoise(request, condition, steps);
    List<GeneratedImage> images = new ArrayList<>();
    for (int i = 0; i < request.images(); i++) {
      images.add(new GeneratedImage(pixels(request, latents, i), made(request, i)));
    }
    return images;
  }

  private RgbImage pixels(GenerationRequest request, Tensor latents, int image) {
    return TensorScope.confine(
        () -> Pixels.toImage(model.decode(request, latents.narrow(0, image, 1))));
  }

  /** An image of a shared draw can only be made again together with the others. */
  private static GenerationRequest made(GenerationRequest request, int image) {
    return request.noise() == GenerationRequest.Noise.SHARED ? request : request.single(image);
  }

  @Override
  public void close() {
    model.close();
  }
}
