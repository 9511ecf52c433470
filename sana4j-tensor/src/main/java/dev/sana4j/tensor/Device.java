package dev.sana4j.tensor;

import java.util.Locale;

/**
 * Where a tensor lives.
 *
 * @param type {@code cpu} or {@code cuda}
 * @param index which device of that type, from 0
 */
public record Device(String type, int index) {
  /** The processor's own memory. */
  public static final Device CPU = new Device("cpu", 0);

  /** Checks type and index. */
  public Device {
    if (!type.equals("cpu") && !type.equals("cuda")) {
      throw new TensorException("unknown device '" + type + "'; use cpu, cuda or cuda:N");
    }
    if (index < 0 || index > 127) {
      throw new TensorException("device index " + index + " is not between 0 and 127");
    }
  }

  /**
   * Reads {@code cpu}, {@code cuda} or {@code cuda:1}.
   *
   * @param text name of a device
   * @return the device
   * @throws TensorException if the text names none
   */
  public static Device parse(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split(":", -1);
    if (parts.length == 1) {
      return new Device(parts[0], 0);
    }
    if (parts.length == 2 && parts[1].matches("\\d{1,3}")) {
      return new Device(parts[0], Integer.parseInt(parts[1]));
    }
    throw new TensorException("unknown device '" + text + "'; use cpu, cuda or cuda:N");
  }

  /**
   * Whether this is the processor.
   *
   * @return true for {@code cpu}
   */
  public boolean isCpu() {
    return type.equals("cpu");
  }

  /** The name libtorch uses, for example {@code cuda:0}. */
  @Override
  public String toString() {
    return isCpu() ? type : type + ":" + index;
  }
}
