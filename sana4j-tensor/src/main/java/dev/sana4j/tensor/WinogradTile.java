package dev.sana4j.tensor;

/**
 * The one-dimensional transforms of {@link Winograd} for 4 outputs, by the Toom-Cook construction
 * with the points 0, 1, -1, 2, (-2) and infinity. Sums used by several elements are computed only
 * once.
 */
enum WinogradTile {
  /** Kernels of size 3, tiles of size 6: arXiv 1509.09308, section 4.3. */
  OF_3(3) {
    @Override
    Tensor kernelTransform() {
      float[] rows = {
        1 / 4f, 0, 0, -1 / 6f, -1 / 6f, -1 / 6f, -1 / 6f, 1 / 6f, -1 / 6f, 1 / 24f, 1 / 12f, 1 / 6f,
        1 / 24f, -1 / 12f, 1 / 6f, 0, 0, 1
      };
      return Tensors.of(rows, 6, 3);
    }

    @Override
    void input(Tensor[] d, Tensor[] v, Tensor s, Tensor t) {
      Winograd.sum(s, d[4], d[2], -4);
      Winograd.sum(t, d[3], d[1], -4);
      Winograd.sum(v[1], s, t, 1);
      Winograd.sum(v[2], s, t, -1);
      Winograd.sum(s, d[4], d[2], -1);
      Winograd.sum(t, d[3], d[1], -1);
      Winograd.sum(v[3], s, t, 2);
      Winograd.sum(v[4], s, t, -2);
      Winograd.sum(v[0], d[0], d[2], -1);
      Winograd.sum(v[0], s, v[0], 4);
      Winograd.sum(v[5], d[5], d[3], -1);
      Winograd.sum(v[5], v[5], t, -4);
    }

    @Override
    void output(Tensor[] m, Tensor[] y, Tensor s, Tensor t) {
      Winograd.sum(s, m[1], m[2], 1);
      Winograd.sum(t, m[3], m[4], 1);
      Winograd.sum(y[2], s, t, 4);
      Winograd.sum(s, s, t, 1);
      Winograd.sum(y[0], m[0], s, 1);
      Winograd.sum(s, m[1], m[2], -1);
      Winograd.sum(t, m[3], m[4], -1);
      Winograd.sum(y[1], s, t, 2);
      Winograd.sum(s, s, t, 8);
      Winograd.sum(y[3], s, m[5], 1);
    }
  },

  /** Kernels of size 2, tiles of size 5. */
  OF_2(2) {
    @Override
    Tensor kernelTransform() {
      float[] rows = {1 / 2f, 0, -1 / 2f, -1 / 2f, -1 / 6f, 1 / 6f, 1 / 6f, 1 / 3f, 0, 1};
      return Tensors.of(rows, 5, 2);
    }

    @Override
    void input(Tensor[] d, Tensor[] v, Tensor s, Tensor t) {
      Winograd.sum(s, d[3], d[2], -1);
      Winograd.sum(v[1], s, d[1], -2);
      Winograd.sum(t, d[1], d[2], -1);
      Winograd.sum(v[2], s, t, 2);
      Winograd.sum(v[3], d[3], d[1], -1);
      Winograd.sum(v[0], d[0], d[2], -1);
      Winograd.sum(v[0], v[3], v[0], 2);
      Winograd.sum(v[4], d[4], d[2], -1);
      Winograd.sum(v[4], v[4], v[3], -2);
    }

    @Override
    void output(Tensor[] m, Tensor[] y, Tensor s, Tensor t) {
      Winograd.sum(s, m[1], m[2], 1);
      Winograd.sum(y[2], s, m[3], 4);
      Winograd.sum(s, s, m[3], 1);
      Winograd.sum(y[0], m[0], s, 1);
      Winograd.sum(s, m[1], m[2], -1);
      Winograd.sum(y[1], s, m[3], 2);
      Winograd.sum(s, s, m[3], 8);
      Winograd.sum(y[3], s, m[4], 1);
    }
  };

  private final int kernel;

  WinogradTile(int kernel) {
    this.kernel = kernel;
  }

  /** Returns the tile for a kernel size. */
  static WinogradTile of(long kernel) {
    return switch ((int) kernel) {
      case 3 -> OF_3;
      case 2 -> OF_2;
      default ->
          throw new TensorException(
              "Winograd kernels must have size 2 or 3, but the size was " + kernel);
    };
  }

  /** Returns the tile for the kernels of {@link Winograd#kernels}. */
  static WinogradTile ofKernels(long elements) {
    return elements == 36 ? OF_3 : OF_2;
  }

  /** Returns the side of the kernel. */
  int kernel() {
    return kernel;
  }

  /** Returns the number of inputs and products of a tile in one direction. */
  int size() {
    return kernel + 3;
  }

  /** Returns the matrix G, (size, kernel). */
  abstract Tensor kernelTransform();

  abstract void input(Tensor[] d, Tensor[] v, Tensor s, Tensor t);

  abstract void output(Tensor[] m, Tensor[] y, Tensor s, Tensor t);

  /**
   * Multiplies inputs by the transpose of the matrix B.
   *
   * @param inputs {@link #size} tensors of one shape
   * @param transformed {@link #size} tensors, overwritten
   */
  final void input(Tensor[] inputs, Tensor[] transformed) {
    long[] shape = transformed[0].shape();
    input(inputs, transformed, Winograd.empty(shape), Winograd.empty(shape));
  }

  /**
   * Multiplies products by the transpose of the matrix A.
   *
   * @param products {@link #size} tensors of one shape
   * @param outputs four tensors, overwritten
   */
  final void output(Tensor[] products, Tensor[] outputs) {
    long[] shape = outputs[0].shape();
    output(products, outputs, Winograd.empty(shape), Winograd.empty(shape));
  }
}
