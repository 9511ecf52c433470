package dev.sana4j.train.workers;

import dev.sana4j.train.TrainingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The processes that train together. */
public sealed interface WorkerPlan {
  /** The largest number of workers on one machine. */
  int MOST_LOCAL = 64;

  /** The largest number of workers in all. */
  int MOST = 1024;

  /**
   * Time that a worker waits for the others in one call. It is longer than a preview or a
   * checkpoint of rank 0, or the cache of a slower machine, can take. A worker that ends is noticed
   * otherwise, by its process, its connections or its {@link Heartbeat}.
   */
  Duration PATIENCE = Duration.ofDays(1);

  /**
   * How many processes there are.
   *
   * @return at least 1
   */
  int size();

  /**
   * How many of them are started together on this machine.
   *
   * @return at least 1
   */
  int sizeHere();

  /**
   * Processes of this machine; this one is rank 0 and starts the others.
   *
   * @param size 1 to {@link #MOST_LOCAL}
   */
  record Local(int size) implements WorkerPlan {
    /** Checks the size. */
    public Local {
      requireSize(size, MOST_LOCAL);
    }

    @Override
    public int sizeHere() {
      return size;
    }
  }

  /**
   * One process of several machines, each started by hand.
   *
   * @param rank of this process, from 0; rank 0 runs on the machine of the rendezvous
   * @param size 1 to {@link #MOST}
   * @param rendezvous where they meet
   */
  record Remote(int rank, int size, Rendezvous rendezvous) implements WorkerPlan {
    /** Checks rank and size. */
    public Remote {
      requireSize(size, MOST);
      if (rank < 0 || rank >= size) {
        throw new TrainingException("rank " + rank + " is not between 0 and " + (size - 1));
      }
    }

    @Override
    public int sizeHere() {
      return 1;
    }
  }

  /**
   * Returns the plan of a command's options; each is null if not given.
   *
   * @param workers how many processes, or one
   * @param rank the rank of this process; only with a rendezvous
   * @param rendezvous {@code host:port}; only with a rank
   * @return the plan
   * @throws TrainingException if the options do not fit each other
   */
  static WorkerPlan of(
      @Nullable Integer workers, @Nullable Integer rank, @Nullable String rendezvous) {
    int size = workers == null ? 1 : workers;
    if (rendezvous == null && rank == null) {
      return new Local(size);
    }
    if (rendezvous == null) {
      throw new TrainingException(
          "a rank needs a rendezvous host:port; without a rendezvous, ranks are assigned");
    }
    if (rank == null || workers == null) {
      throw new TrainingException("a rendezvous needs the rank of this process and the workers");
    }
    return new Remote(rank, size, Rendezvous.parse(rendezvous));
  }

  private static void requireSize(int size, int most) {
    if (size < 1 || size > most) {
      throw new TrainingException("workers " + size + " is not between 1 and " + most);
    }
  }
}
