package dev.sana4j.inception;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.tensor.VisionOps;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** Branches that see the same input; their channels are joined. */
final class InceptionBlock extends Layer<Tensor> {
  private final List<Built> branches = new ArrayList<>();
  private final int out;

  /** What a branch does before its convolutions. */
  enum Pool {
    /** Nothing. */
    NONE,
    /** The average of 3 x 3 pixels; pixels outside the image do not count. */
    AVERAGE,
    /** The maximum of 3 x 3 pixels. */
    MAXIMUM,
    /** The maximum of 3 x 3 pixels, with stride 2 and without padding. */
    SHRINKING
  }

  /**
   * A branch of a block.
   *
   * @param pool the pooling before the convolutions
   * @param chain convolutions, one after the other
   * @param fork convolutions that all see the end of the chain, joined; none to use the chain
   */
  record Branch(Pool pool, List<ConvUnit.Shape> chain, List<ConvUnit.Shape> fork) {
    static Branch of(ConvUnit.Shape... chain) {
      return new Branch(Pool.NONE, List.of(chain), List.of());
    }

    static Branch pooled(Pool pool, ConvUnit.Shape... chain) {
      return new Branch(pool, List.of(chain), List.of());
    }

    Branch forked(ConvUnit.Shape... ends) {
      return new Branch(pool, chain, List.of(ends));
    }
  }

  private record Built(Pool pool, List<ConvUnit> chain, List<ConvUnit> fork) {}

  InceptionBlock(Weights weights, int in, List<Branch> branches) {
    int channels = 0;
    for (Branch branch : branches) {
      List<ConvUnit> chain = new ArrayList<>();
      int width = in;
      for (ConvUnit.Shape shape : branch.chain()) {
        chain.add(own(new ConvUnit(weights.at(shape.name()), width, shape)));
        width = shape.out();
      }
      List<ConvUnit> fork = new ArrayList<>();
      for (ConvUnit.Shape shape : branch.fork()) {
        fork.add(own(new ConvUnit(weights.at(shape.name()), width, shape)));
      }
      this.branches.add(new Built(branch.pool(), chain, fork));
      channels +=
          fork.isEmpty() ? width : branch.fork().stream().mapToInt(ConvUnit.Shape::out).sum();
    }
    out = channels;
  }

  /** Returns the number of output channels. */
  int out() {
    return out;
  }

  @Override
  protected Tensor forward(Tensor input) {
    List<Tensor> joined = new ArrayList<>();
    for (Built branch : branches) {
      Tensor end = chain(branch.chain(), pooled(branch.pool(), input));
      if (branch.fork().isEmpty()) {
        joined.add(end);
      }
      branch.fork().forEach(unit -> joined.add(unit.apply(end)));
    }
    return Tensors.cat(joined, 1);
  }

  private static Tensor pooled(Pool pool, Tensor input) {
    return switch (pool) {
      case NONE -> input;
      case AVERAGE -> VisionOps.averagePool(input, 3);
      case MAXIMUM -> VisionOps.maxPool(input, 3, 1, 1);
      case SHRINKING -> VisionOps.maxPool(input, 3, 2, 0);
    };
  }
}
