package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix.
 *
 * @param values (N), in ascending order
 * @param vectors (N, N), orthonormal, one per column
 */
@CheckReturnValue
public record Spectrum(Tensor values, Tensor vectors) {

  /**
   * Decomposes a matrix.
   *
   * @param symmetric (N, N), float32 or float64; only the lower triangle is read
   * @return the eigenvalues and eigenvectors, owned by the current scope
   */
  public static Spectrum of(Tensor symmetric) {
    try (T_TensorTensor_T both = torch.linalg_eigh(symmetric.handle())) {
      List<Tensor> found =
          List.of(
              TensorHandle.call("eigenvalues", () -> shared(both.get0())),
              TensorHandle.call("eigenvectors", () -> shared(both.get1())));
      return new Spectrum(found.get(0), found.get(1));
    } catch (RuntimeException e) {
      throw TensorException.translate("Spectrum", e, symmetric);
    }
  }

  /** Returns another handle; the native pair frees its own. */
  private static org.bytedeco.pytorch.Tensor shared(org.bytedeco.pytorch.Tensor tensor) {
    return new org.bytedeco.pytorch.Tensor(tensor);
  }

  /**
   * Computes only the eigenvalues of a symmetric matrix.
   *
   * @param symmetric (N, N), float32 or float64; only the lower triangle is read
   * @return (N), in ascending order
   */
  public static Tensor values(Tensor symmetric) {
    return symmetric.unary("eigenvalues", torch::linalg_eigvalsh);
  }
}
