package dev.sana4j.cli;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** The precision and the device of networks. */
final class ComputeOptions {
  @Mixin private DTypeOption dtype;
  @Mixin private DeviceOptions where;

  /** Sets the threads and rejects an unavailable device. */
  void apply() {
    where.apply();
  }

  Device device() {
    return where.device();
  }

  DType dtype(DType absent) {
    return dtype.orElse(absent);
  }

  /** Returns the dtype for the weights of a converted checkpoint; null for that of the file. */
  @Nullable DType stored() {
    return dtype.stored();
  }

  /** Returns the same; without a request that of an existing image. */
  @Nullable DType storedLike(ImageProvenance like) {
    DType asked = dtypeLike(like);
    return asked == DType.INT8 ? null : asked;
  }

  /** Returns the dtype that was asked for, else that of an existing image. */
  DType dtypeLike(ImageProvenance like) {
    return dtype.like(like);
  }

  /**
   * Returns the dtype that was asked for, or one chosen for the model; call {@link #apply} first.
   */
  DTypeOption.Precision precision(ModelConfig config) {
    return precision(config, ProcessMemory.available());
  }

  /** Returns the same for a model that may use so many bytes on the CPU. */
  DTypeOption.Precision precision(ModelConfig config, long available) {
    return dtype.of(config, device(), available);
  }
}
