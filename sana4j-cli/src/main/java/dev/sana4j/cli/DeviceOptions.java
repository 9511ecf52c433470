package dev.sana4j.cli;

import dev.sana4j.pipeline.RequestException;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where networks compute. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      converter = DeviceConverter.class,
      description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  private Device device = Device.CPU;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Processor threads (default: one a physical core).")
  private @Nullable Integer threads;

  /** Sets the threads and refuses a device that is not there. */
  void apply() {
    try {
      if (threads != null) {
        Libtorch.threads(threads);
      }
      Libtorch.require(device);
    } catch (TensorException e) {
      throw new RequestException(String.valueOf(e.getMessage()));
    }
  }

  Device device() {
    return device;
  }

  /** As libtorch names devices. */
  static final class DeviceConverter implements ITypeConverter<Device> {
    @Override
    public Device convert(String text) {
      try {
        return Device.parse(text);
      } catch (TensorException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
