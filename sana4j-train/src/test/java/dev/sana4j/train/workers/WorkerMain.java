package dev.sana4j.train.workers;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import java.util.List;

/**
 * A training for {@link WorkersTest}. Its arguments are the number of workers and their action; on
 * several machines also the rank and the rendezvous.
 */
final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] args) {
    try {
      String result =
          Workers.run(
              plan(args),
              WorkerMain.class,
              List.of(args),
              line -> System.out.println("heard " + line),
              group -> train(group, args[1]));
      System.out.println("result " + result);
    } catch (RuntimeException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      System.err.println("failed");
      System.exit(1);
    }
  }

  private static WorkerPlan plan(String[] args) {
    int workers = Integer.parseInt(args[0]);
    return args.length == 2
        ? WorkerPlan.of(workers, null, null)
        : WorkerPlan.of(workers, Integer.valueOf(args[2]), args[3]);
  }

  private static String train(WorkerGroup group, String action) {
    boolean last = group.rank() == group.size() - 1;
    System.err.println("pid " + ProcessHandle.current().pid() + " rank " + group.rank());
    switch (action) {
      case "sum" -> {
        return sum(group) + " with " + Libtorch.threads() + " threads";
      }
      case "endless" -> {
        while (true) {
          sum(group);
        }
      }
      case "exit" -> {
        if (last) {
          System.exit(7);
        }
        return sum(group) + "";
      }
      case "own error" -> {
        if (group.rank() == 0) {
          throw new TrainingException("the data are empty");
        }
        return sum(group) + "";
      }
      case "deaf" -> {
        if (last) {
          System.exit(9);
        }
        return sleepForever();
      }
      default -> throw new IllegalArgumentException(action);
    }
  }

  private static String sleepForever() {
    try {
      Thread.sleep(Long.MAX_VALUE);
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double sum(WorkerGroup group) {
    try (Tensor rank = Tensors.full(group.rank() + 1, DType.FLOAT32, Device.CPU, 1)) {
      group.sum_(rank);
      return rank.item();
    }
  }
}
