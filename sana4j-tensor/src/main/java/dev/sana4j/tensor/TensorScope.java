package dev.sana4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the tensors that are created while a body runs, and frees them when it ends.
 *
 * <p>Scopes nest on the thread that opened them. A result that the body did not create itself, such
 * as an argument or a parameter, keeps its owner.
 */
public final class TensorScope {
  private static final ThreadLocal<@Nullable TensorScope> CURRENT = new ThreadLocal<>();

  private final @Nullable TensorScope parent;
  private final List<Tensor> owned = new ArrayList<>();

  private TensorScope(@Nullable TensorScope parent) {
    this.parent = parent;
  }

  /**
   * Runs a body, frees the tensors it created, and hands its result to the enclosing scope.
   *
   * @param body creates a tensor or a record of tensors
   * @param <T> the type of the result
   * @return the body's result; owned by the enclosing scope or, without one, by the caller
   */
  public static <T extends TensorGroup> T tidy(Supplier<T> body) {
    return open(body, TensorGroup::tensors);
  }

  /**
   * Runs a body that returns a list, frees the other tensors it created, and hands the list to the
   * enclosing scope.
   *
   * @param body creates tensors
   * @return the body's results; owned by the enclosing scope or, without one, by the caller
   */
  public static List<Tensor> tidyAll(Supplier<List<Tensor>> body) {
    return open(body, results -> results);
  }

  /**
   * Runs a body whose result is an ordinary Java object, and frees every tensor it created.
   *
   * @param body computes numbers or images
   * @param <T> a type that holds no tensor
   * @return the body's result
   */
  public static <T extends @Nullable Object> T compute(Supplier<T> body) {
    return open(body, result -> List.of());
  }

  /**
   * Runs a body without a result, and frees every tensor it created.
   *
   * @param body the code to run
   */
  public static void run(Runnable body) {
    open(
        () -> {
          body.run();
          return List.<Tensor>of();
        },
        none -> none);
  }

  private static <T extends @Nullable Object> T open(Supplier<T> body, Survivors<T> survivors) {
    TensorScope scope = new TensorScope(CURRENT.get());
    CURRENT.set(scope);
    try {
      T result = body.get();
      survivors.of(result).forEach(scope::handToParent);
      return result;
    } finally {
      CURRENT.set(scope.parent);
      scope.freeAll();
    }
  }

  /** Returns the tensors in a result. */
  private interface Survivors<T extends @Nullable Object> {
    List<Tensor> of(T result);
  }

  private void handToParent(Tensor tensor) {
    if (tensor.owner() == this) {
      tensor.moveTo(parent);
      if (parent != null) {
        parent.owned.add(tensor);
      }
    }
  }

  /** Makes the current scope, if there is one, the owner of a new tensor. */
  static Tensor adopt(Tensor tensor) {
    TensorScope scope = CURRENT.get();
    tensor.moveTo(scope);
    if (scope != null) {
      scope.owned.add(tensor);
    }
    return tensor;
  }

  private void freeAll() {
    for (Tensor tensor : owned) {
      if (tensor.owner() == this) {
        tensor.close();
      }
    }
    owned.clear();
  }
}
