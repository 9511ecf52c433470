package dev.sana4j.objective;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.List;

/**
 * Returns a logit for every token of a block's output: (B, T, width) to (B, T), high for real
 * latents. It consists of a projection, a residual projection over nine tokens, and an output
 * (arXiv 2301.09515, section 3.2; arXiv 2403.12015, section 3).
 */
final class DiscriminatorHead extends Layer<Tensor> {
  private static final int NEIGHBOURS = 9;

  private final Stage first;
  private final Stage second;
  private final SpectralLinear output;

  DiscriminatorHead(Weights weights, int width) {
    Weights main = weights.at("main");
    first = own(new Stage(main.at(0), width, 1));
    second = own(new Stage(main.at(1).at("fn"), width, NEIGHBOURS));
    output = own(new SpectralLinear(weights.at("cls"), width, 1, 1));
  }

  @Override
  protected Tensor forward(Tensor tokens) {
    Tensor hidden = first.apply(tokens);
    Tensor mixed = second.apply(hidden).add(hidden).mul(Math.sqrt(0.5));
    return output.apply(mixed).flatten(1, 2);
  }

  List<SpectralLinear> maps() {
    return List.of(first.map, second.map, output);
  }

  /** A linear map, a norm over a few images and a leaky ReLU. */
  private static final class Stage extends Layer<Tensor> {
    /** Images per group; a group shares its statistics. */
    private static final int IMAGES = 8;

    private static final double EPS = 1e-5;
    private static final double LEAK = 0.2;

    private final SpectralLinear map;
    private final Parameter weight;
    private final Parameter bias;

    Stage(Weights weights, int width, int kernel) {
      map = own(new SpectralLinear(weights.at(0), width, width, kernel));
      weight = own(weights.at(1).parameter("weight", width));
      bias = own(weights.at(1).parameter("bias", width));
    }

    @Override
    protected Tensor forward(Tensor tokens) {
      Tensor scaled = normalized(map.apply(tokens)).mul(weight.value()).add(bias.value());
      return Functional.relu(scaled).mul(1 - LEAK).add(scaled.mul(LEAK));
    }

    /**
     * Normalizes every channel to mean 0 and variance 1, in groups with equal numbers of images.
     */
    private static Tensor normalized(Tensor tokens) {
      long images = tokens.size(0);
      long groups = (images + IMAGES - 1) / IMAGES;
      while (images % groups != 0) {
        groups++;
      }
      Tensor grouped = tokens.reshape(groups, -1, tokens.size(2)); // (groups, images * T, width)
      Tensor centred = grouped.sub(grouped.mean(1, true));
      Tensor variance = centred.pow(2).mean(1, true);
      return centred.div(variance.add(EPS).sqrt()).reshape(tokens.shape());
    }
  }
}
