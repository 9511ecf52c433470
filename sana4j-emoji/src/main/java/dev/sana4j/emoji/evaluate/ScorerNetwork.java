package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.Style;
import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * A small classifier with five convolutions, and heads for the objects in each half, the style and
 * the count. It maps images (B, channels, H, W) of any shape to features (B, features) in seven
 * parts.
 *
 * <p>The left, right, upper and lower half are pooled with weights on their strongest places, and
 * go through the same head, because an object looks the same on all sides. The fifth part is the
 * mean over the whole image. Means of two early layers, which respond to texture, serve to classify
 * the style. A coarse map of occupied places serves to count.
 */
final class ScorerNetwork extends Layer<Tensor> {
  /** Features of each half and of the whole. */
  static final int WIDTH = 128;

  /** Halves of an image: left, right, upper, lower. */
  private static final int HALVES = 4;

  /** The classes of the style. */
  static final List<Style> STYLES = List.of(Style.values());

  private static final List<Integer> WIDTHS = List.of(24, 48, 96, 128, WIDTH);
  private static final List<Integer> KERNELS = List.of(5, 3, 3, 3, 3);
  private static final List<Integer> STRIDES = List.of(2, 2, 2, 2, 1);
  private static final List<Integer> TEXTURE_LAYERS = List.of(1, 2);
  private static final int TEXTURE = 48 + 96;

  /** The layer that reads {@link EdgeChannel} in addition to the output of the layer before it. */
  private static final int SLOPES_BEFORE = 1;

  private static final int MAPS = 8;
  private static final int GRID = 8;
  private static final int LAYOUT = MAPS * GRID * GRID;
  private static final int MANNER = (HALVES + 1) * WIDTH + TEXTURE;
  private static final int HIDDEN = 64;
  private static final int COUNTS = Scene.Kind.COUNT.most();

  /** Sharpness of the softmax over places; larger values are nearer to a maximum. */
  private static final double SHARPNESS = 2;

  private final List<Conv2d> convolutions = new ArrayList<>();
  private final List<BatchNorm> norms = new ArrayList<>();
  private final Conv2d layout;
  private final Linear object;
  private final Linear manner;
  private final Linear style;
  private final Linear places;
  private final Linear count;

  /**
   * Outputs of the heads, each before softmax.
   *
   * @param left (B, objects + 1), of the left half
   * @param right (B, objects + 1), of the right half
   * @param upper (B, objects + 1), of the upper half
   * @param lower (B, objects + 1), of the lower half
   * @param style (B, 2)
   * @param count (B, 5)
   */
  record Logits(Tensor left, Tensor right, Tensor upper, Tensor lower, Tensor style, Tensor count) {
    /** Returns the logits of an object that both the left and the right half show. */
    Tensor object() {
      return left.add(right);
    }

    /** Returns the logits of the half where a relation has its first object. */
    Tensor half(Relation relation) {
      return switch (relation) {
        case LEFT -> left;
        case RIGHT -> right;
        case ABOVE -> upper;
        case BELOW -> lower;
      };
    }
  }

  ScorerNetwork(Weights weights, int channels, int objects) {
    int in = channels;
    for (int i = 0; i < WIDTHS.size(); i++) {
      Weights layer = weights.at("layers").at(i);
      in += i == SLOPES_BEFORE ? 1 : 0;
      Geometry geometry =
          Geometry.same(in, WIDTHS.get(i), KERNELS.get(i)).withStride(STRIDES.get(i));
      convolutions.add(own(Conv2d.load(layer.at("conv"), geometry.withoutBias())));
      norms.add(own(new BatchNorm(layer.at("norm"), WIDTHS.get(i))));
      in = WIDTHS.get(i);
    }
    layout = own(Conv2d.load(weights.at("layout"), Geometry.same(WIDTH, MAPS, 1)));
    object = own(Linear.load(weights.at("object"), WIDTH, objects + 1));
    manner = own(Linear.load(weights.at("manner"), MANNER, HIDDEN));
    style = own(Linear.load(weights.at("style"), HIDDEN, STYLES.size()));
    places = own(Linear.load(weights.at("places"), LAYOUT, HIDDEN));
    count = own(Linear.load(weights.at("count"), HIDDEN, COUNTS));
  }

  /** Sets whether normalization uses the statistics of each batch, as in training. */
  void learn(boolean now) {
    norms.forEach(norm -> norm.learn(now));
  }

  @Override
  protected Tensor forward(Tensor images) {
    List<Tensor> textures = new ArrayList<>();
    Tensor hidden = images.channelsLast();
    for (int i = 0; i < convolutions.size(); i++) {
      if (i == SLOPES_BEFORE) {
        Tensor slopes = EdgeChannel.of(images, hidden.size(2), hidden.size(3));
        hidden = Tensors.cat(List.of(hidden, slopes), 1).channelsLast();
      }
      hidden = Functional.relu(norms.get(i).apply(convolutions.get(i).apply(hidden)));
      if (TEXTURE_LAYERS.contains(i)) {
        textures.add(mean(hidden));
      }
    }
    List<Tensor> features = new ArrayList<>();
    for (int axis = 3; axis >= 2; axis--) { // left and right, then above and below
      long length = hidden.size(axis);
      long half = (length + 1) / 2; // if the length is odd, both contain the middle
      features.add(pooled(hidden.narrow(axis, 0, half)));
      features.add(pooled(hidden.narrow(axis, length - half, half)));
    }
    features.add(mean(hidden));
    features.addAll(textures);
    features.add(Functional.resizeBilinear(layout.apply(hidden), GRID, GRID).flatten(1, 3));
    return Tensors.cat(features, 1);
  }

  /** (B, C, h, w) to (B, C). */
  private static Tensor mean(Tensor places) {
    return places.flatten(2, 3).mean(2, false);
  }

  /**
   * (B, C, h, w) to (B, C), a mean that gives most weight to the places where a channel is large.
   */
  private static Tensor pooled(Tensor places) {
    Tensor flat = places.flatten(2, 3);
    return flat.mul(Functional.softmax(flat.mul(SHARPNESS), 2)).sum(2, false);
  }

  /** Maps features (B, features) to logits, owned by the current scope. */
  Logits logits(Tensor features) {
    Tensor drawn = manner.apply(features.narrow(1, 0, MANNER));
    Tensor counted = places.apply(features.narrow(1, MANNER, LAYOUT));
    return new Logits(
        object.apply(features.narrow(1, 0, WIDTH)),
        object.apply(features.narrow(1, WIDTH, WIDTH)),
        object.apply(features.narrow(1, 2L * WIDTH, WIDTH)),
        object.apply(features.narrow(1, 3L * WIDTH, WIDTH)),
        style.apply(Functional.relu(drawn)),
        count.apply(Functional.relu(counted)));
  }

  /** Returns the features (B, {@value #WIDTH}) of the whole image. */
  static Tensor whole(Tensor features) {
    return features.narrow(1, (long) HALVES * WIDTH, WIDTH);
  }
}
