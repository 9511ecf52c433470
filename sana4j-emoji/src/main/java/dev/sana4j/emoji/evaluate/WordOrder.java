package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Place;
import dev.sana4j.emoji.scene.SceneCaptions;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much a text encoder changes the embedding of a word with the order of the words: the mean
 * cosine of the embeddings of tokens in a caption of a pair, such as {@code a cat left of a dog},
 * and in that of the swapped pair. Only tokens count that both captions have once, in different
 * places.
 *
 * @param cosine 1 if the order is not encoded
 * @param captions number of captions, each with its swapped one
 */
public record WordOrder(double cosine, int captions) {
  private static final int CAPTIONS = 100;

  /** Measures the encoder of a model with the first pairs of an evaluation. */
  static WordOrder measure(SanaModel model, List<ScenePrompt> pairs) {
    List<ScenePrompt> some = pairs.subList(0, Math.min(CAPTIONS, pairs.size()));
    Path file = model.config().folder().path(Part.TOKENIZER).resolve("tokenizer.json");
    double sum = 0;
    int tokens = 0;
    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      for (ScenePrompt pair : some) {
        String caption = SceneCaptions.english(pair.scene());
        String swapped = SceneCaptions.english(swapped(pair.scene()));
        List<int[]> moved = moved(tokenizer, caption, swapped);
        double[] cosines =
            moved.isEmpty() ? new double[0] : cosines(model, caption, swapped, moved);
        for (double cosine : cosines) {
          sum += cosine;
          tokens++;
        }
      }
    }
    return new WordOrder(sum / tokens, some.size());
  }

  private static Scene swapped(Scene scene) {
    Place first = scene.places().get(0);
    Place second = scene.places().get(1);
    return new Scene(
        Kind.PAIR,
        scene.shape(),
        scene.style(),
        scene.background(),
        List.of(
            new Place(second.object(), first.x(), first.y(), first.size()),
            new Place(first.object(), second.x(), second.y(), second.size())));
  }

  /** Returns the places of tokens that both texts have once, but not in the same place. */
  private static List<int[]> moved(Tokenizer tokenizer, String first, String second) {
    Map<Integer, Integer> ofFirst = places(tokenizer, first);
    Map<Integer, Integer> ofSecond = places(tokenizer, second);
    List<int[]> moved = new ArrayList<>();
    ofFirst.forEach(
        (token, place) -> {
          Integer other = ofSecond.get(token);
          if (other != null && !other.equals(place)) {
            moved.add(new int[] {place, other});
          }
        });
    return moved;
  }

  private static Map<Integer, Integer> places(Tokenizer tokenizer, String text) {
    PromptTokenizer prompts = PromptTokenizer.builder(tokenizer).build();
    int[] ids = prompts.unconditional(text).ids();
    Map<Integer, Integer> places = new HashMap<>();
    Set<Integer> repeated = new HashSet<>();
    for (int i = 0; i < ids.length; i++) {
      if (places.put(ids[i], i) != null) {
        repeated.add(ids[i]);
      }
    }
    places.keySet().removeAll(repeated);
    return places;
  }

  private static double[] cosines(
      SanaModel model, String first, String second, List<int[]> places) {
    GenerationRequest request =
        model
            .config()
            .request(first, second)
            .instruction(false)
            .maxSequenceLength(PromptTokenizer.DEFAULT_MAX_LENGTH)
            .build();
    return Libtorch.noGrad(
        () ->
            TensorScope.<double[]>compute(
                () -> {
                  Tensor states = model.encode(request).prompt().states(); // (2, L, width)
                  double[] cosines = new double[places.size()];
                  for (int i = 0; i < cosines.length; i++) {
                    Tensor one = state(states, 0, places.get(i)[0]);
                    Tensor other = state(states, 1, places.get(i)[1]);
                    cosines[i] = one.mul(other).sum().item();
                  }
                  return cosines;
                }));
  }

  /** Returns an embedding of length 1. */
  private static Tensor state(Tensor states, int row, int place) {
    Tensor state = states.narrow(0, row, 1).narrow(1, place, 1).flatten(0, 2);
    Tensor wide = state.to(DType.FLOAT64);
    return wide.div(Math.sqrt(wide.mul(wide).sum().item()));
  }
}
