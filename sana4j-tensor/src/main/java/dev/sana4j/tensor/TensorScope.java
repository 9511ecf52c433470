package dev.sana4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the tensors made while a body runs, and frees them when it ends.
 *
 * <p>Scopes nest on the thread that opened them. A result that the body did not make itself (an
 * argument handed through, a parameter) is left alone.
 */
public final class TensorScope {
  private static final ThreadLocal<@Nullable TensorScope> CURRENT = new ThreadLocal<>();

  private final @Nullable TensorScope parent;
  private final List<Tensor> owned = new ArrayList<>();

  private TensorScope(@Nullable TensorScope parent) {
    this.parent = parent;
  }

  /**
   * Runs the body, frees what it made, and hands its result to the enclosing scope.
   *
   * @param body makes a tensor or a record of tensors
   * @param <T> the type of the result
   * @return the body's result; its tensors are owned by the enclosing scope or, without one, by the
   *     caller
   */
  public static <T extends TensorGroup> T tidy(Supplier<T> body) {
    return open(body, TensorGroup::tensors);
  }

  /**
   * Runs a body whose result is a list, frees what else it made, and hands the list to the
   * enclosing scope.
   *
   * @param body makes tensors
   * @return the body's results, owned by the enclosing scope or, without one, by the caller
   */
  public static List<Tensor> tidyAll(Supplier<List<Tensor>> body) {
    return open(body, results -> results);
  }

  /**
   * Runs a body whose result lives on the heap, and frees every tensor it made.
   *
   * @param body computes floats or images
   * @param <T> a type that holds no tensor
   * @return the body's result
   */
  public static <T extends @Nullable Object> T compute(Supplier<T> body) {
    return open(body, result -> List.of());
  }

  /**
   * Runs a body without a result, and frees every tensor it made.
   *
   * @param body changes something
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

  /** The tensors among a result. */
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
