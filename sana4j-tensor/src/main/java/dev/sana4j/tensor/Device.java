package dev.sana4j.tensor;

import java.util.Locale;

/**
 * The device that holds a tensor: the CPU or a GPU.
 *
 * @param type {@code cpu} or {@code cuda}; {@code meta} only in a {@link DryRun}
 * @param index number of the device among those of its type, from 0
 */
public record Device(String type, int index) {
  private static final String SHAPES_ONLY = "meta";

  /** The CPU and main memory. */
  public static final Device CPU = new Device("cpu", 0);

  /** libtorch's device of tensors that have a shape and no elements. */
  static final Device META = new Device(SHAPES_ONLY, 0);

  /**
   * Checks the type and the index.
   *
   * @throws TensorException if the type is unknown or the index is not 0 to 127
   */
  public Device {
    if (!type.equals("cpu") && !type.equals("cuda") && !type.equals(SHAPES_ONLY)) {
      throw unknown(type);
    }
    if (index < 0 || index > 127) {
      throw new TensorException("device index " + index + " is out of range; expected 0 to 127");
    }
  }

  /**
   * Parses the name of a device: {@code cpu}, {@code cuda} or, for example, {@code cuda:1}.
   *
   * @param text the name, in upper or lower case; {@code cuda} means {@code cuda:0}
   * @return the device
   * @throws TensorException if the text is not the name of a device
   */
  public static Device parse(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split(":", -1);
    if (parts[0].equals(SHAPES_ONLY)) {
      throw unknown(text);
    }
    if (parts.length == 1) {
      return new Device(parts[0], 0);
    }
    if (parts.length == 2 && parts[1].matches("\\d{1,3}")) {
      return new Device(parts[0], Integer.parseInt(parts[1]));
    }
    throw unknown(text);
  }

  private static TensorException unknown(String name) {
    return new TensorException("unknown device '" + name + "'; use cpu, cuda or cuda:N");
  }

  /**
   * Returns whether this is the CPU.
   *
   * @return true for {@code cpu}
   */
  public boolean isCpu() {
    return type.equals("cpu");
  }

  /** Returns the name that libtorch uses, for example {@code cuda:0}. */
  @Override
  public String toString() {
    return type.equals("cuda") ? type + ":" + index : type;
  }
}
