package dev.sana4j.tensor;

import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.bytedeco.pytorch.ForwardADLevel;
import org.jspecify.annotations.Nullable;

/**
 * Forward-mode differentiation: the exact derivative of a function along one direction of its
 * arguments. It takes one pass whatever the number of arguments and uses no finite differences.
 */
public final class ForwardMode {
  /**
   * The only level that libtorch supports; it has no forward derivatives of forward derivatives.
   */
  private static long level;

  private static int users;

  private static final ThreadLocal<Boolean> RUNNING = ThreadLocal.withInitial(() -> false);

  private ForwardMode() {}

  /**
   * A value and its derivative.
   *
   * @param value the value of the function
   * @param tangent the Jacobian times the direction, with the shape of the value
   */
  public record Derivative(Tensor value, Tensor tangent) implements TensorGroup {
    @Override
    public List<Tensor> tensors() {
      return List.of(value, tangent);
    }
  }

  /**
   * An argument and the direction in which it changes.
   *
   * @param value a floating point tensor
   * @param direction a tensor of the same shape and dtype
   */
  public record Path(Tensor value, Tensor direction) {
    private Tensor dual() {
      return Objects.requireNonNull(
          Operators.tensors("aten::_make_dual", value, direction, level).get(0));
    }
  }

  /**
   * Computes the Jacobian-vector product of a function of two arguments. It records nothing for
   * gradients. Several threads may call it at the same time.
   *
   * @param first the first argument and its direction
   * @param second the second argument and its direction
   * @param function a function of both arguments
   * @return the value and its tangent, which is zero if the function does not depend on the
   *     arguments; owned by the current scope
   * @throws TensorException if an operation has no forward derivative
   */
  public static Derivative along(Path first, Path second, BinaryOperator<Tensor> function) {
    return TensorScope.tidy(
        () -> Libtorch.noGrad(() -> atLevel(() -> derivative(first, second, function))));
  }

  private static Derivative derivative(Path first, Path second, BinaryOperator<Tensor> function) {
    Tensor result = function.apply(first.dual(), second.dual());
    List<@Nullable Tensor> parts = Operators.tensors("aten::_unpack_dual", result, level);
    Tensor value = Objects.requireNonNull(parts.get(0)).copy();
    Tensor tangent = parts.get(1);
    return new Derivative(value, tangent == null ? value.mul(0) : tangent.copy());
  }

  /** The first user opens the level and the last one closes it, which discards all tangents. */
  private static <T> T atLevel(Supplier<T> body) {
    enter();
    RUNNING.set(true);
    try {
      return body.get();
    } finally {
      RUNNING.set(false);
      leave();
    }
  }

  /** Returns whether this thread is inside a function that {@link #along} differentiates. */
  static boolean isRunning() {
    return RUNNING.get();
  }

  private static synchronized void enter() {
    if (users == 0) {
      level = ForwardADLevel.get_next_idx();
    }
    users++;
  }

  private static synchronized void leave() {
    users--;
    if (users == 0) {
      ForwardADLevel.release_idx(level);
    }
  }
}
