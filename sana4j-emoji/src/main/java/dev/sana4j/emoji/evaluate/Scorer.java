package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A trained classifier of the contents of images. */
final class Scorer implements AutoCloseable {
  private static final int BATCH = 50;
  private static final double WRONG_COLOUR = 1e-3;

  /** Smaller probabilities are rounding errors. */
  private static final double LEAST = 1e-9;

  private final ScorerKind kind;
  private final ScorerNetwork network;

  /** Takes ownership of the network. */
  Scorer(ScorerKind kind, ScorerNetwork network) {
    this.kind = kind;
    this.network = network;
  }

  ScorerKind kind() {
    return kind;
  }

  ScorerNetwork network() {
    return network;
  }

  /** Returns predictions and features in the order of the images. */
  ScorerOutput read(List<RgbImage> images) {
    Map<ImageSize, List<Integer>> bySize = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      bySize.computeIfAbsent(images.get(i).size(), size -> new ArrayList<>()).add(i);
    }
    Prediction[] predictions = new Prediction[images.size()];
    float[][] features = new float[images.size()][];
    for (List<Integer> alike : bySize.values()) {
      for (int from = 0; from < alike.size(); from += BATCH) {
        List<Integer> places = alike.subList(from, Math.min(alike.size(), from + BATCH));
        read(images, places, predictions, features);
      }
    }
    return new ScorerOutput(List.of(predictions), List.of(features));
  }

  /**
   * Returns how well an image shows a scene: the sum of the log-likelihoods of its contents. A
   * wrong background or colour costs as much as an object of probability 0.001.
   */
  double agreement(Scene scene, RgbImage image, Map<String, Integer> numbers) {
    float[] seen = new float[kind.channels() * image.width() * image.height()];
    kind.see(image, seen, 0);
    double contents =
        Libtorch.noGrad(
            () ->
                TensorScope.<Double>compute(
                    () -> {
                      Tensor pixels =
                          Tensors.of(seen, 1, kind.channels(), image.height(), image.width());
                      return agreement(scene, network.logits(network.apply(pixels)), numbers);
                    }));
    boolean isOnGround = BackgroundJudge.of(image) == scene.background();
    boolean isTinted = scene.kind() != Scene.Kind.COLOR || ColourJudge.of(image) == scene.tint();
    int wrong = (isOnGround ? 0 : 1) + (isTinted ? 0 : 1);
    return contents + wrong * Math.log(WRONG_COLOUR);
  }

  private static double agreement(
      Scene scene, ScorerNetwork.Logits logits, Map<String, Integer> numbers) {
    double style = likelihood(logits.style(), ScorerNetwork.STYLES.indexOf(scene.style()));
    int first = numbers.getOrDefault(scene.object(0).id(), 0);
    return style
        + switch (scene.kind()) {
          case SINGLE, COLOR -> likelihood(logits.object(), first);
          case COUNT ->
              likelihood(logits.object(), first)
                  + likelihood(logits.count(), scene.places().size() - 1);
          case PAIR ->
              likelihood(logits.half(scene.relation()), first)
                  + likelihood(
                      logits.half(scene.relation().opposite()),
                      numbers.getOrDefault(scene.object(1).id(), 0));
        };
  }

  private static double likelihood(Tensor logits, int index) {
    float[] shares = Functional.softmax(logits, 1).toFloats();
    return Math.log(Math.max(shares[index], LEAST));
  }

  private void read(
      List<RgbImage> images, List<Integer> places, Prediction[] predictions, float[][] features) {
    ImageSize size = images.get(places.get(0)).size();
    int count = places.size();
    float[] seen = new float[count * kind.channels() * size.width() * size.height()];
    for (int slot = 0; slot < count; slot++) {
      kind.see(images.get(places.get(slot)), seen, slot);
    }
    Said said =
        Libtorch.noGrad(
            () ->
                TensorScope.compute(
                    () ->
                        said(
                            Tensors.of(
                                seen, count, kind.channels(), size.height(), size.width()))));
    for (int slot = 0; slot < count; slot++) {
      predictions[places.get(slot)] = said.prediction(slot);
      features[places.get(slot)] =
          Arrays.copyOfRange(
              said.features, slot * ScorerNetwork.WIDTH, (slot + 1) * ScorerNetwork.WIDTH);
    }
  }

  private Said said(Tensor images) {
    Tensor features = network.apply(images);
    return new Said(network.logits(features), ScorerNetwork.whole(features).toFloats());
  }

  /** Output for a batch, on the heap. */
  private static final class Said {
    private final List<Integer> left;
    private final List<Integer> right;
    private final List<Integer> upper;
    private final List<Integer> lower;
    private final List<Integer> object;
    private final List<Integer> style;
    private final List<Integer> count;
    private final float[] features;

    Said(ScorerNetwork.Logits logits, float[] features) {
      left = largest(logits.left());
      right = largest(logits.right());
      upper = largest(logits.upper());
      lower = largest(logits.lower());
      object = largest(logits.object());
      style = largest(logits.style());
      count = largest(logits.count());
      this.features = features;
    }

    Prediction prediction(int slot) {
      return new Prediction(
          left.get(slot),
          right.get(slot),
          upper.get(slot),
          lower.get(slot),
          object.get(slot),
          ScorerNetwork.STYLES.get(style.get(slot)),
          count.get(slot) + 1);
    }
  }

  /** Returns the index of the largest number of each row. */
  private static List<Integer> largest(Tensor logits) {
    int columns = Math.toIntExact(logits.size(1));
    float[] values = logits.toFloats();
    List<Integer> best = new ArrayList<>();
    for (int row = 0; row < values.length; row += columns) {
      int place = row;
      for (int i = row + 1; i < row + columns; i++) {
        place = values[i] > values[place] ? i : place;
      }
      best.add(place - row);
    }
    return best;
  }

  @Override
  public void close() {
    network.close();
  }
}
