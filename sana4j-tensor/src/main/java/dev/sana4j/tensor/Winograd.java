package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions by Winograd's minimal filtering (Lavin and Gray, arXiv 1509.09308, section 4.1) in
 * float32 on the CPU. Tiles have 4 x 4 outputs, kernels 3 x 3 or 2 x 2. A tile takes 36
 * multiplications per channel instead of 144 (3 x 3), or 25 instead of 64 (2 x 2); additions of
 * whole rows of channels replace the rest. Rows of tiles are computed in chunks that stay in the
 * CPU cache, several chunks at a time.
 */
@CheckReturnValue
public final class Winograd {
  /** Number of outputs of a tile in each direction. */
  private static final int OUTPUTS = 4;

  private static final long FEWEST_CHANNELS = 128;
  private static final long FEWEST_PIXELS = 1024;

  /**
   * With fewer pixels per channel, reading the larger kernels takes longer than the saved products.
   */
  private static final long PIXELS_OF_A_CHANNEL = 8;

  /** Approximate number of inputs per chunk. */
  private static final long CHUNK = 1L << 21;

  private Winograd() {}

  /**
   * Returns whether this is faster than a direct convolution.
   *
   * @param input (B, in, H, W)
   * @param out number of output channels
   * @return true for many pixels and channels in float32, on the CPU, without gradients
   */
  public static boolean suits(Tensor input, long out) {
    return input.dtype() == DType.FLOAT32
        && input.device().isCpu()
        && Autograd.mayOverwrite(input)
        && suits(input.size(2) * input.size(3), input.size(1), out);
  }

  /**
   * Returns whether this is faster than a direct convolution for a given size, in float32 on the
   * CPU without gradients.
   *
   * @param pixels number of input pixels
   * @param in number of input channels
   * @param out number of output channels
   * @return true for many pixels and channels
   */
  public static boolean suits(long pixels, long in, long out) {
    return Math.min(in, out) >= FEWEST_CHANNELS
        && pixels >= Math.max(FEWEST_PIXELS, PIXELS_OF_A_CHANNEL * in);
  }

  /**
   * Transforms the kernels of a convolution.
   *
   * @param weight (out, in, K, K) with K = 3 or 2, floating point
   * @return float32 (n * n, out, in), n = K + 3; the first index is column * n + row of a tile
   */
  public static Tensor kernels(Tensor weight) {
    long kernel = weight.size(3);
    WinogradTile tile = WinogradTile.of(kernel);
    long size = tile.size();
    return TensorScope.tidy(
        () -> {
          Tensor once = tile.kernelTransform(); // (n, K)
          Tensor twice = // (n, n, K, K): columns, then rows
              once.reshape(size, 1, kernel, 1).mul(once.reshape(1, size, 1, kernel));
          Tensor elements = // (K * K, out * in)
              weight.to(DType.FLOAT32).permute(3, 2, 0, 1).reshape(kernel * kernel, -1);
          return twice
              .reshape(size * size, kernel * kernel)
              .matmul(elements)
              .unflatten(1, weight.size(0), weight.size(1));
        });
  }

  /**
   * Computes a convolution with stride 1 and one pixel of zeros on each side.
   *
   * @param input (B, in, H, W), float32
   * @param kernels the result of {@link #kernels}
   * @param bias (out), float32, or null for none
   * @return (B, out, H + 3 - K, W + 3 - K), channels last
   */
  public static Tensor convolve(Tensor input, Tensor kernels, @Nullable Tensor bias) {
    WinogradTile tile = WinogradTile.ofKernels(kernels.size(0));
    return TensorScope.tidy(
        () -> {
          Tensor pixels = input.permute(0, 2, 3, 1); // (B, H, W, in)
          List<Tensor> images = new ArrayList<>();
          for (long i = 0; i < pixels.size(0); i++) {
            Tensor image = pixels.narrow(0, i, 1).flatten(0, 1);
            images.add(new Image(tile, image, kernels, bias).convolved().unsqueeze(0));
          }
          Tensor all = images.size() == 1 ? images.get(0) : Tensors.cat(images, 0);
          return all.permute(0, 3, 1, 2);
        });
  }

  /** One image (H, W, in), whose rows of tiles are divided into chunks. */
  private static final class Image {
    final WinogradTile tile;
    final Tensor input;
    final Tensor kernels;
    final @Nullable Tensor bias;
    final long height;
    final long width;
    final long tileRows;
    final long tileColumns;
    final Tensor output; // (tile rows, 4, tile columns, 4, out)

    Image(WinogradTile tile, Tensor input, Tensor kernels, @Nullable Tensor bias) {
      this.tile = tile;
      this.input = input;
      this.kernels = kernels;
      this.bias = bias;
      height = input.size(0) + 3 - tile.kernel();
      width = input.size(1) + 3 - tile.kernel();
      tileRows = (height + OUTPUTS - 1) / OUTPUTS;
      tileColumns = (width + OUTPUTS - 1) / OUTPUTS;
      output = empty(tileRows, OUTPUTS, tileColumns, OUTPUTS, kernels.size(1));
    }

    /** Returns the convolved image (H', W', out). */
    Tensor convolved() {
      int lanes = ParallelParts.isPart() ? 1 : (int) Math.min(Libtorch.threads(), tileRows);
      long rowInputs = OUTPUTS * input.size(1) * input.size(2);
      long turns = Math.max(1, Math.round((double) tileRows * rowInputs / CHUNK / lanes));
      long chunks = Math.min(tileRows, turns * lanes);
      List<Supplier<List<Tensor>>> parts = new ArrayList<>();
      for (int lane = 0; lane < lanes; lane++) {
        long first = lane;
        parts.add(() -> lane(first, lanes, chunks));
      }
      List<?> ended = lanes == 1 ? parts.get(0).get() : ParallelParts.run(parts);
      if (ended.isEmpty() && lanes > 1) {
        throw new IllegalStateException("no part of the convolution ran");
      }
      return output.flatten(0, 1).flatten(1, 2).narrow(0, 0, height).narrow(1, 0, width);
    }

    private List<Tensor> lane(long first, int lanes, long chunks) {
      for (long i = first; i < chunks; i += lanes) {
        long begin = tileRows * i / chunks;
        long count = tileRows * (i + 1) / chunks - begin;
        TensorScope.compute(() -> Libtorch.noGrad(() -> computed(begin, count)));
      }
      return List.of();
    }

    /** Computes some rows of tiles and writes them to the output. */
    private long computed(long begin, long rows) {
      Tensor transformed = transformed(padded(begin, rows), rows); // (n, n, rows, columns, in)
      Tensor halfway = multiplied(transformed); // (4, n, rows, columns, out)
      Tensor[] products = new Tensor[tile.size()];
      for (int i = 0; i < products.length; i++) {
        products[i] = at(halfway, 1, i);
      }
      Tensor results = output.narrow(0, begin, rows).permute(1, 3, 0, 2, 4);
      Tensor[] outputs = new Tensor[OUTPUTS];
      for (int i = 0; i < OUTPUTS; i++) {
        outputs[i] = at(results, 1, i);
      }
      tile.output(products, outputs);
      return rows;
    }

    /**
     * Returns the inputs of rows of tiles, padded with zeros: (4 * rows + K - 1, 4 * columns + K -
     * 1, in).
     */
    private Tensor padded(long begin, long rows) {
      long above = OUTPUTS * begin - 1;
      long from = Math.max(0, above);
      long tall = OUTPUTS * rows + tile.kernel() - 1;
      long wide = OUTPUTS * tileColumns + tile.kernel() - 1;
      long until = Math.min(input.size(0), above + tall);
      Tensor padded = empty(tall, wide, input.size(2));
      clear(padded.narrow(0, 0, from - above));
      clear(padded.narrow(0, until - above, above + tall - until));
      clear(padded.narrow(1, 0, 1));
      clear(padded.narrow(1, 1 + input.size(1), wide - 1 - input.size(1)));
      padded
          .narrow(0, from - above, until - from)
          .narrow(1, 1, input.size(1))
          .copy_(input.narrow(0, from, until - from));
      return padded;
    }

    private Tensor transformed(Tensor padded, long rows) {
      int n = tile.size();
      Tensor vertical = empty(n, rows, padded.size(1), padded.size(2));
      tile.input(windows(padded, 0), slices(vertical));
      Tensor both = empty(n, n, rows, tileColumns, padded.size(2));
      tile.input(windows(vertical, 2), slices(both));
      return both;
    }

    /** Computes the product of each tile element and the first half of the output transform. */
    private Tensor multiplied(Tensor transformed) {
      int n = tile.size();
      long rows = transformed.size(2);
      Tensor halfway = empty(OUTPUTS, n, rows, tileColumns, kernels.size(1));
      for (int column = 0; column < n; column++) {
        int at = column;
        TensorScope.run(
            () -> {
              Tensor[] products = new Tensor[n];
              for (int row = 0; row < n; row++) {
                products[row] = product(at(at(transformed, 0, at), 0, row), at, row);
              }
              Tensor[] outputs = new Tensor[OUTPUTS];
              for (int i = 0; i < OUTPUTS; i++) {
                outputs[i] = at(at(halfway, 0, i), 0, at);
              }
              tile.output(products, outputs);
            });
      }
      return halfway;
    }

    /** Adds the bias at the point 1, which contributes to every output exactly once. */
    private Tensor product(Tensor tiles, int column, int row) {
      Tensor kernel = at(kernels, 0, column * tile.size() + row);
      Tensor flat = tiles.flatten(0, 1);
      Tensor added = column == 1 && row == 1 ? bias : null;
      return OneDnn.product(flat, kernel, added).unflatten(0, tiles.size(0), tileColumns);
    }

    /** Returns, for each element of a tile, that element of all tiles along a dimension. */
    private Tensor[] windows(Tensor inputs, int dimension) {
      Tensor windows = inputs.unary("unfold", t -> t.unfold(dimension, tile.size(), OUTPUTS));
      Tensor[] elements = new Tensor[tile.size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = at(windows, inputs.rank(), i);
      }
      return elements;
    }
  }

  private static Tensor[] slices(Tensor tensor) {
    Tensor[] slices = new Tensor[(int) tensor.size(0)];
    for (int i = 0; i < slices.length; i++) {
      slices[i] = at(tensor, 0, i);
    }
    return slices;
  }

  private static Tensor at(Tensor tensor, int dimension, long index) {
    return tensor.unary("select", t -> t.select(dimension, index));
  }

  static Tensor empty(long... shape) {
    return Tensors.empty(DType.FLOAT32, Device.CPU, shape);
  }

  private static void clear(Tensor tensor) {
    tensor.handle().zero_().close();
  }

  /** Writes a + factor * b. */
  static void sum(Tensor target, Tensor a, Tensor b, double factor) {
    try (Scalar scale = new Scalar(factor)) {
      torch.add_out(target.handle(), a.handle(), b.handle(), scale).close();
    }
  }
}
