package dev.sana4j.pipeline;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.diffusion.StepListener;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.InpaintComposite;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.pipeline.engine.PreviewMaker;
import dev.sana4j.pipeline.engine.RequestBatch;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.engine.TiledUpscale;
import dev.sana4j.pipeline.model.ModelGuide;
import dev.sana4j.pipeline.model.PromptVocabulary;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationListener.Stage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.pipeline.request.TextLength;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Generates the images of requests with a model, on one thread at a time. */
final class ImageGeneration {
  /** A character without a token becomes up to 3 bytes, or 4 for a pair of characters. */
  private static final int MOST_TOKENS_PER_CHAR = 3;

  private final SanaModel model;
  private final String name;
  private final @Nullable PromptVocabulary vocabulary;

  /**
   * Creates a generation.
   *
   * @param model the networks
   * @param name name of the model in the metadata of images
   */
  ImageGeneration(SanaModel model, String name) {
    this.model = model;
    this.name = name;
    vocabulary = PromptVocabulary.of(ModelGuide.read(model.config().folder()));
  }

  /** Generates the images of a request, see {@link SanaPipeline#generate}. */
  void generate(
      GenerationRequest request, GenerationListener listener, Consumer<GeneratedImage> images) {
    model.prepare(request);
    noteDroppedTokens(0, request, listener);
    GenerationRequest read = read(0, request, listener);
    Work work = new Work(listener, model.config().work(request));
    PreviewMaker previews = new PreviewMaker(model, listener);
    Libtorch.noGrad(
        () ->
            TensorScope.compute(
                () -> {
                  if (isOneBatch(request)) {
                    together(request, read, work, previews, images);
                  } else {
                    oneByOne(request, read, work, previews, images);
                  }
                  return null;
                }));
  }

  /** Generates one image per request as a batch, see {@link SanaPipeline#generateTogether}. */
  List<GeneratedImage> generateTogether(
      List<GenerationRequest> requests, GenerationListener listener) {
    List<GenerationRequest> read = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      read.add(read(i, requests.get(i), listener));
    }
    RequestBatch many = new RequestBatch(model, read, listener);
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

  /**
   * Returns the request with known words in place of near ones, and reports the words that the
   * model does not know. Adapters may teach it other words.
   */
  private GenerationRequest read(
      int index, GenerationRequest request, GenerationListener listener) {
    if (vocabulary == null || !request.adapters().isEmpty()) {
      return request;
    }
    List<String> prompts = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    for (String prompt : request.prompts()) {
      PromptVocabulary.Reading reading = vocabulary.read(prompt);
      prompts.add(reading.prompt());
      notes.addAll(reading.notes());
    }
    notes.forEach(note -> listener.onNote(index, note));
    return prompts.equals(request.prompts())
        ? request
        : request.toBuilder().prompts(prompts).build();
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
      GenerationRequest read,
      Work work,
      PreviewMaker previews,
      Consumer<GeneratedImage> images) {
    int each = request.imagesPerPrompt();
    for (int first = 0; first < request.images(); first += each) {
      SanaModel.Condition condition = model.encode(read.single(first));
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
    var provenance = ImageProvenance.of(model.config(), model.dtype(), name, request);
    return new GeneratedImage(InpaintComposite.apply(request, made), provenance);
  }

  private RgbImage upscaled(
      GenerationRequest request, Task.Upscale task, SanaModel.Condition text, Work work) {
    StepListener steps = step -> work.done(Stage.DENOISE, 1); // no preview
    return new TiledUpscale(
            model.config(),
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
      GenerationRequest read,
      Work work,
      PreviewMaker previews,
      Consumer<GeneratedImage> images) {
    SanaModel.Condition condition = model.encode(read);
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
    RgbImage pixels =
        TensorScope.compute(() -> Pixels.toImage(model.decode(request, latents), request.size()));
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
}
