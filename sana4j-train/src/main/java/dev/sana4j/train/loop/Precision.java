package dev.sana4j.train.loop;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.workers.Workers;
import java.util.Locale;

/** The computing precision of the networks; masters, moments and losses are always float32. */
public enum Precision {
  /** Bfloat16 on a GPU and where the processor's matrix products are faster in it, else float32. */
  AUTO,
  /** Float32. */
  FLOAT32,
  /** Bfloat16, from float32 master weights. */
  BFLOAT16;

  /**
   * The dtype of the networks. A resumed training keeps its dtype, whatever would be measured
   * today.
   *
   * @param place where it runs
   * @return float32 or bfloat16
   */
  public DType dtype(Trainer.Place place) {
    return switch (this) {
      case AUTO ->
          TrainingState.lastProgress(place.folder())
              .map(progress -> DType.valueOf(progress.dtype().toUpperCase(Locale.ROOT)))
              .orElseGet(() -> measured(place.device()));
      case FLOAT32 -> DType.FLOAT32;
      case BFLOAT16 -> DType.BFLOAT16;
    };
  }

  /**
   * The same for several workers: the result of the first one.
   *
   * @throws TrainingException on a machine that has prepared itself for another dtype
   */
  public DType dtype(Trainer.Place place, WorkerGroup workers) {
    DType own = dtype(place);
    boolean rounded = workers.first(own == DType.BFLOAT16 ? 1 : 0) == 1;
    DType first = rounded ? DType.BFLOAT16 : DType.FLOAT32;
    if (own != first && !Workers.isStarted()) {
      throw new TrainingException(
          "run.precision: auto is %s on this machine and %s on that of rank 0; set it in the config"
              .formatted(own, first));
    }
    return first;
  }

  private static DType measured(Device device) {
    return !device.isCpu() || Libtorch.prefersBfloat16() ? DType.BFLOAT16 : DType.FLOAT32;
  }
}
