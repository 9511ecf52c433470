package dev.sana4j.tensor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * One member of a group, for {@link WorkerGroupTest}. It runs in a thread of the test, or in a
 * process with these arguments: meeting place, rank, size, timeout in seconds, and action. It
 * reports the result or the error.
 */
final class GroupMember {
  private final Consumer<String> out;

  GroupMember(Consumer<String> out) {
    this.out = out;
  }

  public static void main(String[] args) {
    int rank = Integer.parseInt(args[1]);
    int size = Integer.parseInt(args[2]);
    Duration timeout = Duration.ofSeconds(Long.parseLong(args[3]));
    if (!new GroupMember(System.out::println).run(args[0], rank, size, timeout, args[4])) {
      System.exit(1);
    }
  }

  /** False after an error. */
  boolean run(String place, int rank, int size, Duration timeout, String action) {
    try (WorkerGroup group = join(place, rank, size, timeout)) {
      TensorScope.run(() -> act(action, group));
      return true;
    } catch (TensorException e) {
      out.accept("error: " + e.getMessage());
      return false;
    }
  }

  private static WorkerGroup join(String place, int rank, int size, Duration timeout) {
    if (!place.startsWith("tcp:")) {
      return WorkerGroup.join(Path.of(place), rank, size, timeout);
    }
    int port = Integer.parseInt(place.substring("tcp:".length()));
    return WorkerGroup.join("127.0.0.1", port, rank, size, timeout);
  }

  private void act(String action, WorkerGroup group) {
    switch (action) {
      case "average" -> {
        List<Tensor> gradients = gradients(group.rank());
        group.average_(gradients);
        print(gradients);
      }
      case "absent" -> {
        if (group.rank() == 0) {
          group.barrier();
        } else {
          awaitInterrupt();
        }
      }
      case "broadcast" -> {
        List<Tensor> weights = mixed(group.rank());
        group.broadcast_(weights, group.size() - 1);
        print(weights);
      }
      case "sum" -> {
        try (Tensor counts = Tensors.of(new long[] {1, group.rank(), 1L << 40}, 3)) {
          group.sum_(counts);
          print(List.of(counts));
        }
      }
      case "disagree" -> disagree(group);
      case "endless" -> endless(group);
      default -> throw new IllegalArgumentException(action);
    }
  }

  private void disagree(WorkerGroup group) {
    int rank = group.rank();
    try (Tensor other = Tensors.zeros(DType.FLOAT32, Device.CPU, 1 + rank * 1000L)) {
      printError(() -> group.average_(List.of(other)));
      printError(() -> group.sum_(other.reinterpret(rank == 0 ? DType.FLOAT32 : DType.INT32)));
      printError(rank == 0 ? group::barrier : () -> group.requireEqual("step", 1));
      printError(() -> group.requireEqual("the step", 7 + rank));
      group.barrier();
    }
  }

  private void printError(Runnable body) {
    try {
      body.run();
    } catch (TensorException e) {
      out.accept(e.getMessage());
    }
  }

  private static void awaitInterrupt() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test has ended
    }
  }

  static float scalar(int rank) {
    return new float[] {16_777_216, 1, -16_777_215}[rank];
  }

  private void endless(WorkerGroup group) {
    try (Tensor gradient = Tensors.zeros(DType.FLOAT32, Device.CPU, 100_000)) {
      for (int step = 0; ; step++) {
        group.average_(List.of(gradient));
        if (step == 3) {
          out.accept("running");
        }
      }
    }
  }

  /** Fractions whose sum depends on the order, in several types, layouts and buckets. */
  static List<Tensor> gradients(int rank) {
    try (Generator random = new Generator(rank)) {
      Tensor plain = random.normal(5_000_000);
      Tensor transposed = random.normal(30, 20).transpose(0, 1);
      return List.of(
          plain,
          transposed,
          random.normal(7).to(DType.BFLOAT16),
          Tensors.of(new float[] {scalar(rank)}));
    }
  }

  private static List<Tensor> mixed(int rank) {
    return List.of(
        Tensors.full(rank + 0.5, DType.BFLOAT16, Device.CPU, 3),
        Tensors.full(rank, DType.BOOL, Device.CPU, 2, 2),
        Tensors.full(rank, DType.INT16, Device.CPU),
        Tensors.zeros(DType.FLOAT32, Device.CPU, 0));
  }

  private void print(List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      out.accept(tensor + " " + digest(tensor));
    }
  }

  /** Returns the elements, or a hash of their bits if there are many. */
  static String digest(Tensor tensor) {
    if (tensor.elements() == 0) {
      return "empty";
    }
    return tensor.elements() <= 4
        ? Arrays.toString(tensor.toFloats())
        : Integer.toHexString(Arrays.hashCode(tensor.toBytes()));
  }
}
