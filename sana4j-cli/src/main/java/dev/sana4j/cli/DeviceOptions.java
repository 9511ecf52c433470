package dev.sana4j.cli;

import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where networks compute. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      converter = NamedConverter.class,
      description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  private Named named = new Named(Device.CPU, false);

  @Mixin private ThreadsOption threads;

  /**
   * A device as it was written.
   *
   * @param device the one, or the first of its type
   * @param hasIndex whether it says which one
   */
  record Named(Device device, boolean hasIndex) {
    static Named parse(String text) {
      return new Named(Device.parse(text), text.contains(":"));
    }

    /**
     * The device of one of several processes on this machine: {@code cuda} is a GPU for each.
     *
     * @param worker which process, from 0
     * @param workers how many there are
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

  /** Sets the threads and refuses a device that is not there. */
  void apply() {
    apply(1);
  }

  /** The same for several processes on this machine: all their devices must be there. */
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

  /** That of one of several processes on this machine, see {@link Named#of}. */
  Device device(int worker, int workers) {
    return named.of(worker, workers);
  }

  /** As libtorch names devices. */
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
