package dev.sana4j.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Divides many small pieces of work among {@link ParallelParts}, each piece done by one thread.
 * Optimizers use it for hundreds of small parameters. It records nothing for gradients.
 */
public final class ParallelParameters {
  private ParallelParameters() {}

  /**
   * Computes a tensor from each item.
   *
   * @param things any number of items
   * @param work the cost of an item in any unit, used to balance the threads
   * @param function runs in its own scope and must only read shared data
   * @param <T> a tensor, or an object that holds tensors
   * @return the results in the order of the items; owned by the current scope
   * @throws RuntimeException or Error thrown by the first part that failed
   */
  public static <T> List<Tensor> map(
      List<T> things, ToDoubleFunction<T> work, Function<T, Tensor> function) {
    List<List<Integer>> shares = shares(things, work);
    List<List<Tensor>> made =
        run(shares, i -> List.of(TensorScope.tidy(() -> function.apply(things.get(i)))));
    Tensor[] inOrder = new Tensor[things.size()];
    for (int s = 0; s < shares.size(); s++) {
      for (int i = 0; i < shares.get(s).size(); i++) {
        inOrder[shares.get(s).get(i)] = made.get(s).get(i);
      }
    }
    return List.of(inOrder);
  }

  /**
   * Changes each item in place.
   *
   * @param things any number of items that share no memory with each other
   * @param work the cost of an item in any unit, used to balance the threads
   * @param change runs in its own scope
   * @param <T> a tensor, or an object that holds tensors
   * @throws RuntimeException or Error thrown by the first part that failed; some items are already
   *     changed then
   */
  public static <T> void each(List<T> things, ToDoubleFunction<T> work, Consumer<T> change) {
    run(
        shares(things, work),
        i -> {
          TensorScope.run(() -> change.accept(things.get(i)));
          return List.of();
        });
  }

  private static List<List<Tensor>> run(
      List<List<Integer>> shares, Function<Integer, List<Tensor>> body) {
    List<Supplier<List<Tensor>>> parts = new ArrayList<>();
    for (List<Integer> share : shares) {
      parts.add(
          () -> Libtorch.noGrad(() -> share.stream().map(body).flatMap(List::stream).toList()));
    }
    return parts.size() == 1
        ? List.of(TensorScope.tidyAll(parts.get(0)))
        : ParallelParts.run(parts);
  }

  /** Assigns items to threads: the most expensive first, each to the thread with the least work. */
  private static <T> List<List<Integer>> shares(List<T> things, ToDoubleFunction<T> work) {
    double[] each = things.stream().mapToDouble(work).toArray();
    int threads = Math.max(1, Math.min(Libtorch.threads(), each.length));
    double[] load = new double[threads];
    List<List<Integer>> shares = new ArrayList<>();
    IntStream.range(0, threads).forEach(t -> shares.add(new ArrayList<>()));
    IntStream.range(0, each.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -each[i]))
        .forEach(
            i -> {
              int least = leastOf(load);
              load[least] += each[i];
              shares.get(least).add(i);
            });
    return shares;
  }

  private static int leastOf(double[] load) {
    return IntStream.range(0, load.length)
        .boxed()
        .min(Comparator.comparingDouble(t -> load[t]))
        .orElseThrow();
  }
}
