package dev.sana4j.tensor;

import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.bytedeco.pytorch.ForwardADLevel;
import org.jspecify.annotations.Nullable;

/**
 * Forward-mode derivatives: how a function changes along one direction of its arguments, exactly
 * and in one pass, whatever the number of arguments. No finite differences.
 */
public final class ForwardMode {
  /** The only one libtorch has: it knows no derivatives of derivatives this way. */
  private static long level;

  private static int users;

  private static final ThreadLocal<Boolean> RUNNING = ThreadLocal.withInitial(() -> false);

  private ForwardMode() {}

  /**
   * A value and its derivative.
   *
   * @param value of the function
   * @param tangent of the same shape: the Jacobian times the direction
   */
  public record Derivative(Tensor value, Tensor tangent) implements TensorGroup {
    @Override
    public List<Tensor> tensors() {
      return List.of(value, tangent);
    }
  }

  /**
   * An argument, and the direction in which it moves.
   *
   * @param value floating point
   * @param direction of the same shape and dtype
   */
  public record Path(Tensor value, Tensor direction) {
    private Tensor dual() {
      return Objects.requireNonNull(
          Operators.tensors("aten::_make_dual", value, direction, level).get(0));
    }
  }

  /**
   * The Jacobian-vector product of a function of two arguments. Nothing is recorded for gradients.
   * Several threads can do this at the same time.
   *
   * @param first argument and its direction
   * @param second argument and its direction
   * @param function of both arguments
   * @return value and tangent, zeros where the function does not depend on the arguments; owned by
   *     the current scope
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

  /** The first to come opens the level, the last to go closes it, which forgets all tangents. */
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

  /** Whether this thread is in a function whose derivative is asked for. */
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
