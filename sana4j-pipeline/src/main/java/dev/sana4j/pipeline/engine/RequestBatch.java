package dev.sana4j.pipeline.engine;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.diffusion.StepListener;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationListener.Progress;
import dev.sana4j.pipeline.request.GenerationListener.Stage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One image for each of several requests, denoised as one batch. */
public final class RequestBatch {
  /** Maximum number of pixels that are decoded together; memory grows with it. */
  private static final long MOST_PIXELS = 1L << 20;

  private final SanaModel model;
  private final List<GenerationRequest> requests;
  private final GenerationListener listener;
  private final GenerationRequest all;
  private final int work;
  private int done;

  public RequestBatch(
      SanaModel model, List<GenerationRequest> requests, GenerationListener listener) {
    this.model = model;
    this.requests = requests;
    this.listener = listener;
    requests.forEach(this::requireAlike);
    all =
        requests.get(0).toBuilder()
            .prompts(requests.stream().map(request -> request.prompts().get(0)).toList())
            .build();
    work = model.config().work(all);
  }

  private void requireAlike(GenerationRequest request) {
    GenerationRequest first = requests.get(0);
    GenerationRequest same =
        request.toBuilder()
            .prompts(first.prompts())
            .negativePrompt(first.negativePrompt())
            .seed(first.seed())
            .build();
    if (!same.equals(first)
        || request.images() != 1
        || request.noise() == GenerationRequest.Noise.SHARED
        || !(request.task() instanceof Task.TextToImage)) {
      throw new RequestException(
          "the requests of a batch must be for one image each, without an input image, and may"
              + " differ only in prompts, negative prompts and seeds");
    }
  }

  /** Returns the settings that all requests share, with all prompts. */
  public GenerationRequest all() {
    return all;
  }

  /** Generates the images in a separate tensor scope. */
  public List<RgbImage> make() {
    return TensorScope.compute(
        () -> {
          List<SanaModel.Condition> texts =
              model.encodeTexts(requests, () -> done(Stage.ENCODE, 1));
          Tensor latents =
              model.denoise(
                  all,
                  requests.stream().map(GenerationRequest::seed).toList(),
                  batch(texts),
                  steps());
          return decoded(latents);
        });
  }

  /** Joins the embeddings; either all have a negative prompt or none. */
  private static SanaModel.Condition batch(List<SanaModel.Condition> texts) {
    List<PromptEmbedding> negatives =
        texts.stream().map(SanaModel.Condition::negative).filter(Objects::nonNull).toList();
    return new SanaModel.Condition(
        PromptEmbedding.batch(texts.stream().map(SanaModel.Condition::prompt).toList()),
        negatives.isEmpty() ? null : PromptEmbedding.batch(negatives));
  }

  private StepListener steps() {
    PreviewMaker previews = new PreviewMaker(model, listener);
    return step -> {
      previews.show(step, 0);
      done(Stage.DENOISE, requests.size());
      return true;
    };
  }

  private List<RgbImage> decoded(Tensor latents) {
    long working = pixels(model.config().workingSize(all));
    boolean scaled = model.config().scalesAsPublished(all);
    long pixels = scaled ? Math.max(working, pixels(all.size())) : working;
    int atOnce = (int) Math.max(1, MOST_PIXELS / pixels);
    List<RgbImage> images = new ArrayList<>();
    for (int first = 0; first < requests.size(); first += atOnce) {
      int from = first;
      int count = Math.min(atOnce, requests.size() - first);
      images.addAll(
          TensorScope.compute(
              () -> {
                Tensor decoded = model.decode(all, latents.narrow(0, from, count));
                List<RgbImage> part = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                  part.add(Pixels.toImage(decoded.narrow(0, i, 1), all.size()));
                }
                return part;
              }));
      done(Stage.DECODE, count);
    }
    return images;
  }

  private static long pixels(ImageSize size) {
    return (long) size.width() * size.height();
  }

  private void done(Stage stage, int pieces) {
    done += pieces;
    if (!listener.onProgress(new Progress(stage, done, work))) {
      throw new SamplingCancelledException("cancelled after " + done + " of " + work);
    }
  }
}
