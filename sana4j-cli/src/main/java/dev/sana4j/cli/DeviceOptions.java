package dev.sana4j.cli;

import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The device and threads of networks. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      converter = NamedConverter.class,
      description = "Device: cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  private Named named = new Named(Device.CPU, false);

  @Mixin private ThreadsOption threads;

  /**
   * A device as given by the user.
   *
   * @param device the device, or the first of its type
   * @param hasIndex whether the user gave an index
   */
  record Named(Device device, boolean hasIndex) {
    static Named parse(String text) {
      return new Named(Device.parse(text), text.contains(":"));
    }

    /**
     * Returns the device of one of several processes on this machine: {@code cuda} assigns one GPU
     * to each.
     *
     * @param worker index of the process, from 0
     * @param workers number of processes
     * @throws RequestException if all would share one GPU, which NCCL refuses
     */
    Device of(int worker, int workers) {
      if (device.isCpu() || workers == 1) {
        return device;
      }
      if (hasIndex) {
        throw new RequestException(
            "--device %s is one GPU for %d workers; --device %s gives each its own"
                .formatted(device, workers, device.type()));
      }
      return new Device(device.type(), worker);
    }
  }

  /** Sets the threads and rejects an unavailable device. */
  void apply() {
    apply(1);
  }

  /**
   * Does the same for several processes on this machine, all of whose devices must be available.
   */
  void apply(int workers) {
    threads.apply();
    try {
      Libtorch.require(named.of(workers - 1, workers));
    } catch (TensorException e) {
      throw new RequestException(String.valueOf(e.getMessage()));
    }
  }

  Device device() {
    return named.device();
  }

  /** Returns the device of one of several processes on this machine, see {@link Named#of}. */
  Device device(int worker, int workers) {
    return named.of(worker, workers);
  }

  /** Converts the name of a device as libtorch writes it. */
  static final class NamedConverter implements ITypeConverter<Named> {
    @Override
    public Named convert(String text) {
      try {
        return Named.parse(text);
      } catch (TensorException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
