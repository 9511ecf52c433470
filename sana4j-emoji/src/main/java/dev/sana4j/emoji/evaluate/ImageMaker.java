package dev.sana4j.emoji.evaluate;

import dev.sana4j.data.Draws;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Binning;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.ParallelParts;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Generates images of scenes in batches. Each image has its own noise, which depends on the seed,
 * the kind and the index of the scene, and is the same in every language.
 */
final class ImageMaker {
  /** Distance of the seeds of two attempts at the same prompts. */
  private static final long ATTEMPT_SEEDS = 1_000_003;

  private final SanaModel model;
  private final EvaluationOptions options;

  ImageMaker(SanaModel model, EvaluationOptions options) {
    this.model = model;
    this.options = options;
  }

  /** Returns the settings that all images share, with the size of a square. */
  static GenerationRequest request(ModelConfig config, EvaluationOptions options) {
    int side = options.prompts().side();
    GenerationRequest.Builder builder =
        config.request("an image").size(new ImageSize(side, side)).binning(Binning.OFF);
    EvaluationOptions.Sampling sampling = options.sampling();
    if (sampling.steps() != null) {
      builder.steps(sampling.steps());
    }
    if (sampling.guidance() != null) {
      builder.guidance(sampling.guidance());
    }
    return builder.build();
  }

  /** Throws if the model does not support the options, before it is loaded. */
  static void check(
      ModelConfig config,
      EvaluationOptions options,
      Set<Scene.Shape> shapes,
      DType dtype,
      Device device) {
    GenerationRequest request = request(config, options);
    shapes.stream()
        .map(shape -> shape.size(options.prompts().side()))
        .distinct()
        .forEach(
            size -> config.check(request.toBuilder().size(size).build(), dtype, device, false));
  }

  /**
   * Returns the units of work of an attempt that are reported: the steps of each image and its
   * decoding.
   */
  static int work(ModelConfig config, EvaluationOptions options, int images) {
    return images * (request(config, options).steps() + 1);
  }

  /**
   * Returns images in the order of the prompts, and reports how much of {@link #work} is done. Each
   * attempt has other noise.
   */
  List<RgbImage> make(
      List<ScenePrompt> prompts, Language language, int attempt, IntConsumer progress) {
    @Nullable RgbImage[] images = new RgbImage[prompts.size()];
    Map<Scene.Shape, List<Integer>> byShape = new LinkedHashMap<>();
    for (int i = 0; i < images.length; i++) {
      byShape.computeIfAbsent(prompts.get(i).scene().shape(), shape -> new ArrayList<>()).add(i);
    }
    var done = new AtomicInteger();
    for (List<Integer> alike : byShape.values()) {
      int batch = options.sampling().batch();
      for (int from = 0; from < alike.size(); from += batch) {
        List<Integer> places = alike.subList(from, Math.min(alike.size(), from + batch));
        List<ScenePrompt> asked = places.stream().map(prompts::get).toList();
        List<RgbImage> made =
            together(
                request(asked, from + attempt * ATTEMPT_SEEDS, language),
                count -> {
                  synchronized (done) {
                    progress.accept(done.addAndGet(count));
                  }
                });
        for (int i = 0; i < places.size(); i++) {
          images[places.get(i)] = made.get(i);
        }
      }
    }
    return Arrays.stream(images).map(Objects::requireNonNull).toList();
  }

  private GenerationRequest request(List<ScenePrompt> asked, long from, Language language) {
    Scene first = asked.get(0).scene();
    int row = (first.kind().name() + first.shape().name()).hashCode();
    long seed = (Draws.scrambled(options.prompts().seed()) ^ Draws.scrambled(row)) >>> 2;
    return request(model.config(), options).toBuilder()
        .prompts(asked.stream().map(prompt -> prompt.text(language)).toList())
        .size(first.shape().size(options.prompts().side()))
        .seed(seed + from)
        .build();
  }

  private List<RgbImage> together(GenerationRequest request, IntConsumer progress) {
    return Libtorch.noGrad(
        () ->
            TensorScope.compute(
                () -> {
                  SanaModel.Condition condition = model.encode(request);
                  List<Supplier<List<Tensor>>> parts = new ArrayList<>();
                  int lanes = model.device().isCpu() ? Libtorch.threads() : 1;
                  int count = Math.min(lanes, request.images());
                  for (int i = 0; i < count; i++) {
                    int from = request.images() * i / count;
                    int to = request.images() * (i + 1) / count;
                    parts.add(() -> List.of(part(request, condition, from, to, progress)));
                  }
                  return images(ParallelParts.run(parts));
                }));
  }

  /**
   * Returns some of the images of a request, (B, 3, H, W); each is the same as in a request for
   * only that image.
   */
  private Tensor part(
      GenerationRequest request,
      SanaModel.Condition condition,
      int from,
      int to,
      IntConsumer progress) {
    GenerationRequest some =
        request.toBuilder()
            .prompts(request.prompts().subList(from, to))
            .seed(request.seed() + from)
            .build();
    return Libtorch.noGrad(
        () -> {
          PromptEmbedding negative = condition.negative();
          var theirs =
              new SanaModel.Condition(
                  some(condition.prompt(), from, to),
                  negative == null ? null : some(negative, from, to));
          Tensor latents =
              model.denoise(
                  some,
                  theirs,
                  step -> {
                    progress.accept(to - from);
                    return true;
                  });
          Tensor images = model.decode(some, latents);
          progress.accept(to - from);
          return images;
        });
  }

  private static PromptEmbedding some(PromptEmbedding all, int from, int to) {
    return new PromptEmbedding(
        all.states().narrow(0, from, to - from), all.mask().narrow(0, from, to - from));
  }

  private static List<RgbImage> images(List<List<Tensor>> parts) {
    List<RgbImage> images = new ArrayList<>();
    for (List<Tensor> part : parts) {
      Tensor pixels = part.get(0);
      for (int i = 0; i < pixels.size(0); i++) {
        images.add(Pixels.toImage(pixels.narrow(0, i, 1)));
      }
    }
    return images;
  }
}
