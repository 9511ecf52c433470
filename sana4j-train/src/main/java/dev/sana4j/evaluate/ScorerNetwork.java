package dev.sana4j.evaluate;

import dev.sana4j.emoji.Style;
import dev.sana4j.nn.ChannelNorm;
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
 * A small classifier: five convolutions, and heads for the object on the left, the object on the
 * right, the style and the count. Pictures (B, channels, H, W) of any shape give features (B, 3
 * {@value #WIDTH}): those of the left half, of the right half and of the whole.
 *
 * <p>Of a half its most telling places are looked at (one softmax over places), of the whole the
 * mean. Both halves go through the same head: what an object looks like does not depend on where it
 * is.
 */
final class ScorerNetwork extends Layer<Tensor> {
  /** The classes of the style. */
  static final List<Style> STYLES = List.of(Style.values());

  /** Features of each of the three. */
  static final int WIDTH = 128;

  private static final List<Integer> WIDTHS = List.of(32, 64, 128, 160, WIDTH);
  private static final List<Integer> KERNELS = List.of(5, 3, 3, 3, 3);
  private static final List<Integer> STRIDES = List.of(2, 2, 2, 2, 1);
  private static final int COUNTS = 3;

  private final List<Conv2d> convolutions = new ArrayList<>();
  private final List<ChannelNorm> norms = new ArrayList<>();
  private final Conv2d attention;
  private final Linear object;
  private final Linear style;
  private final Linear count;

  /**
   * What the heads say, each before softmax.
   *
   * @param left (B, objects + 1), of the left half
   * @param right (B, objects + 1), of the right half
   * @param style (B, 2)
   * @param count (B, 3)
   */
  record Logits(Tensor left, Tensor right, Tensor style, Tensor count) {
    /** Of an object that both halves show. */
    Tensor object() {
      return left.add(right);
    }
  }

  ScorerNetwork(Weights weights, int channels, int objects) {
    int in = channels;
    for (int i = 0; i < WIDTHS.size(); i++) {
      Weights layer = weights.at("layers").at(i);
      Geometry geometry =
          Geometry.same(in, WIDTHS.get(i), KERNELS.get(i)).withStride(STRIDES.get(i));
      convolutions.add(own(Conv2d.load(layer.at("conv"), geometry)));
      norms.add(own(new ChannelNorm(layer.at("norm"), WIDTHS.get(i), 1e-5)));
      in = WIDTHS.get(i);
    }
    attention = own(Conv2d.load(weights.at("attention"), Geometry.same(WIDTH, 1, 1)));
    object = own(Linear.load(weights.at("object"), WIDTH, objects + 1));
    style = own(Linear.load(weights.at("style"), WIDTH, STYLES.size()));
    count = own(Linear.load(weights.at("count"), WIDTH, COUNTS));
  }

  @Override
  protected Tensor forward(Tensor pictures) {
    Tensor hidden = pictures.channelsLast();
    for (int i = 0; i < convolutions.size(); i++) {
      hidden = Functional.relu(norms.get(i).apply(convolutions.get(i).apply(hidden)));
    }
    Tensor scores = attention.apply(hidden); // (B, 1, h, w)
    long width = hidden.size(3);
    long half = (width + 1) / 2; // of an odd width both see the middle
    Tensor left = pooled(hidden.narrow(3, 0, half), scores.narrow(3, 0, half));
    Tensor right =
        pooled(hidden.narrow(3, width - half, half), scores.narrow(3, width - half, half));
    Tensor whole = hidden.flatten(2, 3).mean(2, false);
    return Tensors.cat(List.of(left, right, whole), 1);
  }

  private static Tensor pooled(Tensor places, Tensor scores) {
    Tensor shares = Functional.softmax(scores.flatten(2, 3), 2); // (B, 1, places)
    return places.flatten(2, 3).mul(shares).sum(2, false); // (B, WIDTH)
  }

  /** Features (B, 3 {@value #WIDTH}) to what the heads say, owned by the current scope. */
  Logits logits(Tensor features) {
    Tensor whole = whole(features);
    return new Logits(
        object.apply(features.narrow(1, 0, WIDTH)),
        object.apply(features.narrow(1, WIDTH, WIDTH)),
        style.apply(whole),
        count.apply(whole));
  }

  /** The features (B, {@value #WIDTH}) of the whole picture. */
  static Tensor whole(Tensor features) {
    return features.narrow(1, 2L * WIDTH, WIDTH);
  }
}
