package dev.sana4j.tensor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Processes that compute together. Each has a rank, and all make the same calls in the same order.
 *
 * <p>Before tensors are sent, the members compare what they are about to do. If one makes a
 * different call or uses other shapes, all members throw an exception. The same happens if a member
 * ends or does not answer within the timeout; the group cannot be used afterwards. The members
 * trust each other and anyone who can reach their ports. A group must be used by one thread at a
 * time.
 */
public final class WorkerGroup implements AutoCloseable {
  private static final List<String> CALLS =
      List.of("requireEqual", "barrier", "sum_", "average_", "broadcast_");
  private static final int SLOTS = 3;

  private final int rank;
  private final int size;
  private final String timeout;
  private final @Nullable GlooGroup links;
  private @Nullable String failure;
  private boolean closed;

  private WorkerGroup(int rank, int size, String timeout, @Nullable GlooGroup links) {
    this.rank = rank;
    this.size = size;
    this.timeout = timeout;
    this.links = links;
  }

  /**
   * Returns a group that consists of this process only. Nothing is sent.
   *
   * @return a group with rank 0 and size 1
   */
  public static WorkerGroup alone() {
    return new WorkerGroup(0, 1, "", null);
  }

  /**
   * Joins processes on one machine. They find each other through a file and communicate over the
   * loopback address. Returns when all have joined; stops waiting when the thread is interrupted.
   *
   * @param file a file that does not exist yet, the same for all members; delete it after the group
   *     is closed
   * @param rank from 0, different for each member
   * @param size number of members
   * @param timeout how long to wait for the others, now and in each call
   * @return the group
   * @throws TensorException naming the missing members or the inconsistency
   */
  public static WorkerGroup join(Path file, int rank, int size, Duration timeout) {
    requireRank(rank, size);
    return size == 1 ? alone() : connect(GroupStore.file(file, size), rank, size, timeout);
  }

  /**
   * Joins processes on several machines. Rank 0 listens on the port on every network interface,
   * without a password, so use a private network. Returns when all have joined.
   *
   * @param host name or address under which the members reach rank 0
   * @param port a free port of rank 0's machine, 1 to 65535
   * @param rank from 0, different for each member
   * @param size number of members
   * @param timeout how long to wait for the others, now and in each call
   * @return the group
   * @throws TensorException naming the missing members or the inconsistency
   */
  public static WorkerGroup join(String host, int port, int rank, int size, Duration timeout) {
    requireRank(rank, size);
    if (port < 1 || port > 65535) {
      throw new TensorException("port " + port + " is out of range; expected 1 to 65535");
    }
    return size == 1
        ? alone()
        : connect(GroupStore.tcp(host, port, rank, timeout), rank, size, timeout);
  }

  private static void requireRank(int rank, int size) {
    if (size < 1 || rank < 0 || rank >= size) {
      throw new TensorException("rank " + rank + " is out of range for a group of size " + size);
    }
  }

  private static WorkerGroup connect(GroupStore meeting, int rank, int size, Duration timeout) {
    try {
      meeting.await(rank, size, timeout);
      GlooGroup links = GlooGroup.connect(meeting, rank, size, timeout);
      return new WorkerGroup(rank, size, timeout.toMillis() / 1000.0 + " s", links);
    } catch (TensorException e) {
      meeting.close();
      throw e;
    } catch (RuntimeException e) {
      meeting.close();
      throw TensorException.withCause("rank " + rank + " of " + size + " could not join", e);
    }
  }

  /**
   * Returns the rank of this process.
   *
   * @return from 0
   */
  public int rank() {
    return rank;
  }

  /**
   * Returns the number of members.
   *
   * @return at least 1
   */
  public int size() {
    return size;
  }

  /**
   * Returns whether a member was lost, so that all further calls fail.
   *
   * @return true after a failed call
   */
  public boolean isBroken() {
    return failure != null;
  }

  /**
   * Replaces each tensor by its mean over the members. The same inputs produce the same bits in
   * every run and in every member.
   *
   * @param tensors floating point tensors, with the same shapes and types in all members
   * @throws TensorException if a member is lost or uses other shapes or types
   */
  public void average_(List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      if (!tensor.dtype().isFloatingPoint()) {
        throw new TensorException("average_(" + tensor + "): expected a floating point type");
      }
    }
    inBuckets(
        "average_",
        0,
        tensors,
        (peers, flat) -> {
          peers.sum(flat);
          TensorBuckets.divide(flat, size);
        });
  }

  /**
   * Replaces a tensor by its sum over the members.
   *
   * @param tensor floating point, int32 or int64, with the same shape and type in all members
   * @throws TensorException if a member is lost or uses another shape or type
   */
  public void sum_(Tensor tensor) {
    DType dtype = tensor.dtype();
    if (!dtype.isFloatingPoint() && dtype != DType.INT64 && dtype != DType.INT32) {
      throw new TensorException(
          "sum_(" + tensor + "): expected a floating point type, int32 or int64");
    }
    inBuckets("sum_", 0, List.of(tensor), GlooGroup::sum);
  }

  /**
   * Replaces each tensor by that of one member.
   *
   * @param tensors tensors of any type, with the same shapes and types in all members
   * @param root the rank whose tensors all members receive
   * @throws TensorException if a member is lost or uses other shapes or types
   */
  public void broadcast_(List<Tensor> tensors, int root) {
    requireRank(root, size);
    inBuckets(
        "broadcast_",
        root,
        tensors,
        (peers, flat) -> peers.broadcast(flat.reinterpret(DType.UINT8), root));
  }

  /**
   * Waits until every member has made this call.
   *
   * @throws TensorException if a member is lost
   */
  public void barrier() {
    agree("barrier", 0, 0);
  }

  /**
   * Waits until every member has finished its work. A member that has already ended is not an
   * error.
   *
   * @throws TensorException if a member makes a different call
   */
  public void leave() {
    try {
      barrier();
    } catch (TensorException e) {
      if (!isBroken()) {
        throw e;
      }
    }
  }

  /**
   * Checks that all members have the same number, for example a step or a hash of the config.
   *
   * @param what the name of the number in the error message
   * @param value the number of this member
   * @throws TensorException in every member, naming the ranks and the values that differ
   */
  public void requireEqual(String what, long value) {
    long[] values = agree("requireEqual", what.hashCode(), value);
    for (int other = 1; other < values.length; other++) {
      if (values[other] != values[0]) {
        throw new TensorException(
            ("the workers disagree on %s: rank 0 has %d, rank %d has %d;"
                    + " start all workers with the same config and checkpoint")
                .formatted(what, values[0], other, values[other]));
      }
    }
  }

  private void inBuckets(String what, int root, List<Tensor> tensors, OnBucket body) {
    long layout = root;
    for (Tensor tensor : tensors) {
      layout =
          31 * (31 * layout + Arrays.hashCode(tensor.shape())) + tensor.dtype().name().hashCode();
    }
    agree(what, layout, tensors.size());
    if (links == null) {
      return;
    }
    for (List<Tensor> bucket : TensorBuckets.of(tensors)) {
      guarded(what, () -> TensorBuckets.apply(bucket, flat -> body.run(links, flat)));
    }
  }

  /** A call on the elements of a bucket, in place. */
  private interface OnBucket {
    void run(GlooGroup links, Tensor flat);
  }

  /** Shares with all members what this one is about to do, and returns the value of each rank. */
  private long[] agree(String what, long layout, long value) {
    long[] slots = new long[size * SLOTS];
    slots[rank * SLOTS] = CALLS.indexOf(what);
    slots[rank * SLOTS + 1] = layout;
    slots[rank * SLOTS + 2] = value;
    if (links == null) {
      return new long[] {value};
    }
    GlooGroup peers = links;
    guarded(
        what,
        () -> {
          try (Tensor shared = Tensors.of(slots.clone(), slots.length)) {
            peers.sum(shared);
            System.arraycopy(shared.toLongs(), 0, slots, 0, slots.length);
          }
        });
    return compared(slots);
  }

  /**
   * Returns the number of the first worker.
   *
   * @param number the number of this worker
   * @return the number of rank 0
   */
  public long first(long number) {
    if (size == 1) {
      return number;
    }
    return TensorScope.<Long>compute(
        () -> {
          Tensor shared = Tensors.of(new long[] {number}, 1);
          broadcast_(List.of(shared), 0);
          return shared.toLongs()[0];
        });
  }

  private long[] compared(long[] slots) {
    long[] values = new long[size];
    for (int other = 0; other < size; other++) {
      int slot = other * SLOTS;
      if (slots[slot] != slots[0]) {
        throw new TensorException(
            "the workers are out of step: rank 0 calls %s, rank %d calls %s"
                .formatted(label(slots[0]), other, label(slots[slot])));
      }
      if (slots[slot + 1] != slots[1]) {
        throw new TensorException(
            "%s: rank 0 and rank %d use different shapes, types or names"
                .formatted(label(slots[0]), other));
      }
      values[other] = slots[slot + 2];
    }
    return values;
  }

  private static String label(long index) {
    return CALLS.get((int) index);
  }

  private void guarded(String what, Runnable body) {
    String who = what + " on rank " + rank + " of " + size;
    if (failure != null) {
      throw new TensorException(who + ": the group was lost earlier: " + failure);
    }
    try {
      body.run();
    } catch (RuntimeException e) {
      failure = who + ": a worker ended or did not answer within " + timeout;
      throw TensorException.withCause(failure, e);
    }
  }

  /**
   * Closes the connections; further calls of the other members fail. Closing twice has no effect.
   */
  @Override
  public void close() {
    if (links != null && !closed) {
      links.close();
    }
    closed = true;
  }
}
