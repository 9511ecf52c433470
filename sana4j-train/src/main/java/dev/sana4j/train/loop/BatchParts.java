package dev.sana4j.train.loop;

import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.ParallelParameters;
import dev.sana4j.tensor.ParallelParts;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.weights.Parameter;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Computes the parts of a batch in parallel and averages their results. */
public final class BatchParts {
  private static final long MOST_WEIGHTS = 50_000_000;

  private BatchParts() {}

  /**
   * How many parts a batch has, in all workers: as configured, else as before, since sums in
   * another order differ in the last bits. Otherwise one per thread, unless the networks are large,
   * because every part has its own gradients.
   */
  public static int lanes(
      RunRecipe run, List<Parameter> networks, Trainer.Place place, WorkerGroup workers) {
    if (run.lanes() > 0) {
      return run.lanes();
    }
    int before =
        TrainingState.lastProgress(place.folder()).map(TrainingState.Progress::lanes).orElse(0);
    return (int) workers.first(before > 0 ? before : usual(networks, place.device()));
  }

  private static int usual(List<Parameter> networks, Device device) {
    long weights = networks.stream().mapToLong(parameter -> parameter.value().elements()).sum();
    return device.isCpu() && weights <= MOST_WEIGHTS ? Libtorch.threads() : 1;
  }

  /** Start and end of a part. */
  public record Range(int from, int to) {
    public int size() {
      return to - from;
    }

    public Tensor of(Tensor batch) {
      return batch.narrow(0, from, size());
    }

    public <T> List<T> of(List<T> batch) {
      return batch.subList(from, to);
    }
  }

  /** The configured number of parts, at most one per entry; their sizes differ by at most one. */
  public static List<Range> ranges(int size, int count) {
    int parts = Math.min(count, size);
    return IntStream.range(0, parts)
        .mapToObj(i -> new Range(size * i / parts, size * (i + 1) / parts))
        .toList();
  }

  /** In parallel if there are several. */
  public static <T extends TensorGroup> List<T> run(List<Supplier<T>> parts) {
    return parts.size() == 1 ? List.of(parts.get(0).get()) : ParallelParts.groups(parts);
  }

  /**
   * The mean over the entries of a batch, in float32 where there are several parts; frees those.
   */
  public static LossAndGradients mean(List<LossAndGradients> found, List<Range> ranges) {
    if (found.size() == 1) {
      return found.get(0);
    }
    List<List<Tensor>> parts = found.stream().map(LossAndGradients::tensors).toList();
    List<Integer> places = IntStream.range(0, parts.get(0).size()).boxed().toList();
    List<Tensor> mean =
        ParallelParameters.map(
            places,
            i -> parts.get(0).get(i).elements(),
            i -> mean(parts.stream().map(part -> part.get(i)).toList(), shares(ranges)));
    parts.forEach(part -> part.forEach(Tensor::close));
    return LossAndGradients.ofTensors(mean);
  }

  private static double[] shares(List<Range> ranges) {
    double all = ranges.stream().mapToInt(Range::size).sum();
    return ranges.stream().mapToDouble(range -> range.size() / all).toArray();
  }

  private static Tensor mean(List<Tensor> parts, double[] shares) {
    Tensor sum = parts.get(0).to(DType.FLOAT32).mul(shares[0]);
    for (int p = 1; p < shares.length; p++) {
      sum.add_(parts.get(p), shares[p]);
    }
    return sum;
  }
}
