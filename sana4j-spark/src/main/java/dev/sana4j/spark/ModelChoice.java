package dev.sana4j.spark;

import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.pipeline.ModelLocator;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.PrecisionChoice;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.TensorException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The model of a job, which every executor opens by itself.
 *
 * @param name a folder that all machines have, a model on the hub, or a bundled model
 * @param dtype precision; null to choose it on the machine of the driver, for all executors
 * @param device {@code cpu} or {@code cuda}
 */
public record ModelChoice(String name, @Nullable String dtype, String device)
    implements Serializable {
  /** Refuses an unknown precision or device. */
  public ModelChoice {
    if (dtype != null && Arrays.stream(DType.values()).noneMatch(type -> isNamed(type, dtype))) {
      throw new BatchException("the dtype is not float32, bfloat16, float16 or int8, but " + dtype);
    }
    if (!device.equals("cpu") && !device.equals("cuda")) {
      throw new BatchException(
          "the device is not cpu or cuda, but " + device + "; Spark chooses the GPU of a task");
    }
  }

  private static boolean isNamed(DType type, String name) {
    return type.toString().equals(name.toLowerCase(Locale.ROOT));
  }

  /** Reads the config of the model; downloads the model if necessary. */
  ModelConfig config() {
    ModelLocator models = new ModelLocator(HubSettings.fromEnvironment());
    return ModelConfig.read(models.locate(name, null, HubListener.SILENT).open());
  }

  /** Returns the choice with a precision, so that all executors compute alike. */
  ModelChoice decided(ModelConfig config) {
    if (dtype != null) {
      return this;
    }
    try {
      Device where = Device.parse(device);
      return new ModelChoice(
          name, PrecisionChoice.choose(config, where).dtype().toString(), device);
    } catch (TensorException e) {
      throw new BatchException(
          "the precision cannot be chosen here: " + e.getMessage() + "; name another precision");
    }
  }

  /** Returns the choice with the precision of an existing output; null to choose. */
  ModelChoice withDtype(@Nullable String known) {
    return new ModelChoice(name, known, device);
  }

  /** Returns the precision. */
  DType precision() {
    return Arrays.stream(DType.values())
        .filter(type -> dtype != null && isNamed(type, dtype))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the precision was not decided"));
  }
}
