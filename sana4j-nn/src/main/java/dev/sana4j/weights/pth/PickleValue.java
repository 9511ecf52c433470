package dev.sana4j.weights.pth;

import dev.sana4j.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that a checkpoint's pickle may contain. */
sealed interface PickleValue {

  /** {@code None}. */
  enum None implements PickleValue {
    NONE
  }

  /** A boolean. */
  enum Flag implements PickleValue {
    FALSE,
    TRUE
  }

  /** A string. */
  record Text(String value) implements PickleValue {}

  /** An integer of up to 64 bits. */
  record Whole(long value) implements PickleValue {}

  /**
   * A larger integer or a decimal number. Checkpoints contain some, but sana4j does not use them.
   */
  record OtherNumber(Number value) implements PickleValue {}

  /** A tuple. */
  record Tuple(List<PickleValue> items) implements PickleValue {}

  /** A list. */
  record Items(List<PickleValue> items) implements PickleValue {
    Items() {
      this(new ArrayList<>());
    }
  }

  /**
   * A dict.
   *
   * @param entries values by text or integer
   * @param ordered whether it is an OrderedDict, which may have attributes
   */
  record Dict(Map<Object, PickleValue> entries, boolean ordered) implements PickleValue {
    Dict(boolean ordered) {
      this(new LinkedHashMap<>(), ordered);
    }

    /** Returns the value of a text key; null if it is missing. */
    @Nullable PickleValue get(String key) {
      return entries.get(key);
    }
  }

  /** A name that a checkpoint may call. */
  enum Callable implements PickleValue {
    ORDERED_DICT("collections.OrderedDict"),
    REBUILD_TENSOR("torch._utils._rebuild_tensor_v2"),
    REBUILD_PARAMETER("torch._utils._rebuild_parameter");

    private final String path;

    Callable(String path) {
      this.path = path;
    }

    String path() {
      return path;
    }
  }

  /** The type of a storage. */
  record StorageType(DType dtype) implements PickleValue {}

  /**
   * A storage. Its elements are a separate entry of the archive.
   *
   * @param key the name of the entry in the folder {@code data}
   * @param dtype the type of its elements
   * @param count the number of elements
   */
  record Storage(String key, DType dtype, long count) implements PickleValue {}

  /**
   * A tensor: a view of a storage.
   *
   * @param storage the storage of its elements
   * @param offset position of the first element, in elements
   * @param shape the size of each dimension
   * @param strides distances between neighbours, in elements
   */
  record View(Storage storage, long offset, List<Long> shape, List<Long> strides)
      implements PickleValue {}
}
