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
 * Many small things divided among {@link ParallelParts}, so that every one is done by one thread
 * alone: what optimizers do with hundreds of small parameters. Nothing is recorded for gradients.
 */
public final class ParallelParameters {
  private ParallelParameters() {}

  /**
   * Makes a tensor of each thing.
   *
   * @param things any number
   * @param work how long each takes, in any unit, so that all threads end at about the same time
   * @param function runs in a scope of its own, and only reads what it shares with others
   * @param <T> a tensor, or what holds some
   * @return in the order of the things; owned by the current scope
   * @throws RuntimeException or Error that the first of the failed parts has thrown
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
   * Changes each thing.
   *
   * @param things any number; no two share memory
   * @param work how long each takes, in any unit, so that all threads end at about the same time
   * @param change runs in a scope of its own
   * @param <T> a tensor, or what holds some
   * @throws RuntimeException or Error that the first of the failed parts has thrown; some things
   *     are changed then
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

  /** Places of things for each thread: the longest first, always to the thread with least. */
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
