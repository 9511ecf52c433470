package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The dtype names of the safetensors format. */
final class SafetensorsTypes {
  private static final Map<String, DType> DTYPES =
      Map.ofEntries(
          Map.entry("F32", DType.FLOAT32),
          Map.entry("F64", DType.FLOAT64),
          Map.entry("BF16", DType.BFLOAT16),
          Map.entry("F16", DType.FLOAT16),
          Map.entry("I64", DType.INT64),
          Map.entry("I32", DType.INT32),
          Map.entry("I16", DType.INT16),
          Map.entry("I8", DType.INT8),
          Map.entry("U8", DType.UINT8),
          Map.entry("BOOL", DType.BOOL));
  private static final Map<DType, String> NAMES =
      DTYPES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private SafetensorsTypes() {}

  static DType dtype(Path file, SafetensorsHeader.Entry entry) {
    DType dtype = DTYPES.get(entry.dtype());
    if (dtype == null) {
      throw new CheckpointException(
          file
              + ": tensor "
              + entry.name()
              + " has dtype "
              + entry.dtype()
              + ", which sana4j does not support");
    }
    return dtype;
  }

  static String name(DType dtype) {
    return Objects.requireNonNull(NAMES.get(dtype));
  }
}
