package dev.sana4j.tensor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;

/** Immutable native argument objects that are created once and shared. */
final class NativeArguments {
  static final MemoryFormatOptional ANY_FORMAT;
  static final TensorOptional NO_TENSOR;
  static final ScalarTypeOptional SAME_TYPE;
  static final DoubleOptional NO_DOUBLE;
  static final LongOptional NO_LONG;

  private static final Map<OptionsKey, TensorOptions> OPTIONS = new ConcurrentHashMap<>();
  private static final Map<Device, org.bytedeco.pytorch.Device> DEVICES = new ConcurrentHashMap<>();

  static {
    Libtorch.load();
    ANY_FORMAT = new MemoryFormatOptional();
    NO_TENSOR = new TensorOptional();
    SAME_TYPE = new ScalarTypeOptional();
    NO_DOUBLE = new DoubleOptional();
    NO_LONG = new LongOptional();
  }

  private record OptionsKey(DType dtype, Device device) {}

  private NativeArguments() {}

  static TensorOptions options(DType dtype, Device device) {
    return OPTIONS.computeIfAbsent(
        new OptionsKey(dtype, device),
        key ->
            new TensorOptions(dtype.nativeType()).device(new DeviceOptional(nativeDevice(device))));
  }

  static org.bytedeco.pytorch.Device nativeDevice(Device device) {
    return DEVICES.computeIfAbsent(device, key -> new org.bytedeco.pytorch.Device(key.toString()));
  }
}
