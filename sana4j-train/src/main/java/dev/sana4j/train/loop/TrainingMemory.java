package dev.sana4j.train.loop;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.weights.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Rejects a training whose weights, gradients and optimizer cannot fit into memory, before its
 * first step. The memory of a batch is not counted, so a training that passes may still be too
 * large.
 */
final class TrainingMemory {
  private static final double GIB = 1L << 30;

  private TrainingMemory() {}

  /** On the processor; the memory of other devices is not known. */
  static void require(List<TrainingTask.Group> groups, DType dtype) {
    boolean onProcessor =
        groups.stream()
            .flatMap(group -> group.parameters().stream())
            .map(parameter -> parameter.value().device())
            .allMatch(Device::isCpu);
    if (onProcessor) {
      require(groups, dtype, ProcessMemory.available());
    }
  }

  static void require(List<TrainingTask.Group> groups, DType dtype, long available) {
    long needed = 0;
    for (int i = 0; i < groups.size(); i++) {
      OptimizerRecipe recipe = groups.get(i).recipe();
      long each = bytesOfAParameter(recipe, dtype);
      each += i == 0 && recipe.ema() > 0 ? DType.FLOAT32.bytes() : 0;
      needed += each * elements(groups.get(i));
    }
    if (needed > available) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "training %s (%,d parameters) needs at least %.1f GiB more for weights, gradients and"
                  + " optimizer, and %.1f GiB are free",
              groups.stream().map(TrainingTask.Group::name).collect(Collectors.joining(" and ")),
              groups.stream().mapToLong(TrainingMemory::elements).sum(),
              needed / GIB,
              available / GIB));
    }
  }

  private static long elements(TrainingTask.Group group) {
    return group.parameters().stream().map(Parameter::value).mapToLong(v -> v.elements()).sum();
  }

  /** Gradients and weights in float32, those of the network's dtype, and moments. */
  private static long bytesOfAParameter(OptimizerRecipe recipe, DType dtype) {
    long single = DType.FLOAT32.bytes();
    long weights = dtype == DType.FLOAT32 ? 0 : single;
    long gradients = dtype == DType.FLOAT32 ? single : single + dtype.bytes();
    long moments = recipe.kind() == OptimizerRecipe.Kind.ADAMW ? 2 * single : single;
    return weights + gradients + moments;
  }
}
