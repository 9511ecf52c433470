package dev.sana4j.cli;

import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import picocli.CommandLine.Mixin;

/** What networks compute in, and where. */
final class ComputeOptions {
  @Mixin private DTypeOption dtype;
  @Mixin private DeviceOptions where;

  /** Sets the threads and refuses a device that is not there. */
  void apply() {
    where.apply();
  }

  Device device() {
    return where.device();
  }

  DType dtype(DType absent) {
    return dtype.orElse(absent);
  }

  /** That of an image made before, unless another is asked for. */
  DType dtypeLike(ImageProvenance like) {
    return dtype.like(like);
  }

  /** The dtype that was asked for, or one chosen for the model; after {@link #apply}. */
  DTypeOption.Precision precision(ModelConfig config) {
    return dtype.of(config, device());
  }
}
