package dev.sana4j.tensor;

import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the other members: Gloo for CPU tensors, NCCL for GPU tensors. NCCL is
 * connected when the first GPU tensor is sent, so a build without NCCL works on the CPU.
 */
final class GlooGroup implements AutoCloseable {
  private final GroupStore meeting;
  private final int rank;
  private final int size;
  private final Milliseconds timeout;
  private final Backend gloo;
  private @Nullable Backend nccl;

  private GlooGroup(GroupStore meeting, int rank, int size, Milliseconds timeout) {
    this.meeting = meeting;
    this.rank = rank;
    this.size = size;
    this.timeout = timeout;
    this.gloo = connectGloo();
  }

  /** Connects to all members, which must have announced themselves in the store. */
  static GlooGroup connect(GroupStore meeting, int rank, int size, Duration timeout) {
    return new GlooGroup(meeting, rank, size, new Milliseconds(timeout.toMillis()));
  }

  private Backend connectGloo() {
    try (ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(timeout);
        var device = ProcessGroupGloo.createDeviceForHostname(meeting.address());
        GlooDeviceVector devices = new GlooDeviceVector(device)) {
      options.devices(devices);
      return new ProcessGroupGloo(meeting.store(), rank, size, options);
    }
  }

  private Backend connectNccl() {
    try (ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create()) {
      options.timeout(timeout);
      return new ProcessGroupNCCL(meeting.store(), rank, size, options);
    } catch (LinkageError e) {
      throw new TensorException(
          "this build does not contain NCCL; train on the CPU or in one process");
    }
  }

  private Backend linkFor(Tensor tensor) {
    if (tensor.device().isCpu()) {
      return gloo;
    }
    Backend connected = nccl == null ? connectNccl() : nccl;
    nccl = connected;
    return connected;
  }

  /** Sums a dense tensor over all members, in place. */
  void sum(Tensor tensor) {
    Backend link = linkFor(tensor);
    try (TensorVector tensors = new TensorVector(tensor.handle());
        AllreduceOptions options = new AllreduceOptions();
        Work work = link.allreduce(tensors, options)) {
      work._wait(timeout);
    }
  }

  /** Overwrites a dense tensor with that of the root. */
  void broadcast(Tensor tensor, int root) {
    Backend link = linkFor(tensor);
    try (TensorVector tensors = new TensorVector(tensor.handle());
        BroadcastOptions options = new BroadcastOptions().rootRank(root);
        Work work = link.broadcast(tensors, options)) {
      work._wait(timeout);
    }
  }

  @Override
  public void close() {
    if (nccl != null) {
      nccl.close();
    }
    gloo.close();
    meeting.close();
    timeout.close();
  }
}
