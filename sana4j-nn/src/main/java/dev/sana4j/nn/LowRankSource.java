package dev.sana4j.nn;

import dev.sana4j.nn.LayerNames.Target;
import dev.sana4j.nn.LowRankFile.Entry;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The tensors of a LoRA file under the names of the diffusers layout, one update per layer. Where
 * the file has one update for several layers, A is repeated and the rows of B are split.
 */
final class LowRankSource implements WeightSource {
  private final Checkpoint checkpoint;
  private final Map<String, Supplier<Tensor>> tensors = new LinkedHashMap<>();
  private final Map<String, Update> updates = new TreeMap<>();

  private record Update(Target target, Entry entry) {}

  LowRankSource(Checkpoint checkpoint, List<Entry> entries) {
    this.checkpoint = checkpoint;
    for (Entry entry : entries) {
      long first = 0;
      for (Target target : entry.targets()) {
        add(target, entry, first);
        first += target.out();
      }
    }
  }

  private void add(Target target, Entry entry, long first) {
    String place = LowRankWriter.PREFIX + target.path();
    int rank = entry.settings().rank();
    boolean shared = entry.targets().size() > 1;
    tensors.put(
        place + LowRankWriter.DOWN,
        () -> {
          Tensor down = checkpoint.tensor(entry.down()).reshape(rank, target.in());
          return shared ? down.copy() : down;
        });
    tensors.put(
        place + LowRankWriter.UP,
        () -> {
          Tensor up = checkpoint.tensor(entry.up()).reshape(-1, rank);
          return shared ? up.narrow(0, first, target.out()).copy() : up;
        });
    String magnitude = entry.magnitude();
    if (magnitude != null) {
      tensors.put(
          place + LowRankWriter.MAGNITUDE,
          () -> {
            Tensor numbers = checkpoint.tensor(magnitude).reshape(-1);
            return shared ? numbers.narrow(0, first, target.out()).copy() : numbers;
          });
    }
    updates.put(target.path(), new Update(target, entry));
  }

  /** Reads all updates by the path of their layer. */
  Map<String, LowRank> read(Weights weights) {
    Map<String, LowRank> read = new LinkedHashMap<>();
    updates.forEach(
        (path, update) ->
            read.put(
                path,
                new LowRank(
                    weights.at(LowRankWriter.PREFIX + path),
                    update.target(),
                    update.entry().settings(),
                    update.entry().axis())));
    return read;
  }

  @Override
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public Tensor tensor(String name, long... shape) {
    Supplier<Tensor> tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(description() + ": tensor " + name + " does not exist");
    }
    return tensor.get();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public String description() {
    return checkpoint.description();
  }
}
