package dev.sana4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
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
   * The Jacobian-vector product of a function. Nothing is recorded for gradients. Several threads
   * can do this at the same time.
   *
   * @param arguments of the function, floating point
   * @param direction one tensor an argument, of its shape and dtype
   * @param function of the arguments
   * @return value and tangent, zeros where the function does not depend on the arguments; owned by
   *     the current scope
   * @throws TensorException if an operation has no forward derivative
   */
  public static Derivative along(
      List<Tensor> arguments, List<Tensor> direction, Function<List<Tensor>, Tensor> function) {
    return TensorScope.tidy(
        () -> Libtorch.noGrad(() -> atLevel(() -> derivative(arguments, direction, function))));
  }

  private static Derivative derivative(
      List<Tensor> arguments, List<Tensor> direction, Function<List<Tensor>, Tensor> function) {
    List<Tensor> duals = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      duals.add(dual(arguments.get(i), direction.get(i)));
    }
    Tensor result = function.apply(duals);
    List<@Nullable Tensor> parts = Operators.tensors("aten::_unpack_dual", result, level);
    Tensor value = Objects.requireNonNull(parts.get(0)).copy();
    Tensor tangent = parts.get(1);
    return new Derivative(value, tangent == null ? value.mul(0) : tangent.copy());
  }

  private static Tensor dual(Tensor value, Tensor tangent) {
    return Objects.requireNonNull(
        Operators.tensors("aten::_make_dual", value, tangent, level).get(0));
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
