package dev.sana4j.tensor;

import org.bytedeco.pytorch.Storage;
import org.bytedeco.pytorch.global.torch;

/** The memory that all views of one tensor of a {@link DryRun} share. */
final class MetaMemory {
  private final DryRun run;

  /** Keeps the storage open; has no elements and no gradients. */
  private final org.bytedeco.pytorch.Tensor anchor;

  private final long bytes;
  private int handles;

  MetaMemory(DryRun run, org.bytedeco.pytorch.Tensor tensor) {
    this.run = run;
    try (Storage storage = tensor.storage()) {
      bytes = storage.nbytes();
      anchor =
          torch
              .empty(
                  new long[] {0},
                  NativeArguments.options(DType.of(tensor.scalar_type()), Device.META),
                  NativeArguments.ANY_FORMAT)
              .set_(storage, 0, new long[] {0}, new long[] {1});
    }
  }

  /** Returns the identity of the storage of a tensor; unique while the storage is open. */
  static long address(org.bytedeco.pytorch.Tensor tensor) {
    try (Storage storage = tensor.storage()) {
      return storage.unsafeGetStorageImpl().address();
    }
  }

  long bytes() {
    return bytes;
  }

  void hold() {
    handles++;
  }

  /** Closes one handle. A graph of gradients may still hold the memory. */
  void release() {
    synchronized (run) {
      handles--;
    }
  }

  /** Returns whether a handle, or a graph of gradients, still holds the memory. */
  boolean isHeld() {
    if (handles > 0) {
      return true;
    }
    try (Storage storage = anchor.storage()) {
      return storage.use_count() > 1;
    }
  }

  void close() {
    anchor.close();
  }
}
