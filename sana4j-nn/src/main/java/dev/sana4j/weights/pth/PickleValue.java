package dev.sana4j.weights.pth;

import dev.sana4j.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a pickle of a checkpoint may hold; there is nothing else. */
sealed interface PickleValue {

  /** {@code None}. */
  enum None implements PickleValue {
    NONE
  }

  /** A truth value. */
  enum Flag implements PickleValue {
    FALSE,
    TRUE
  }

  /** A string. */
  record Text(String value) implements PickleValue {}

  /** A whole number of up to 64 bits. */
  record Whole(long value) implements PickleValue {}

  /** A whole number of more bits, or a fraction; checkpoints hold some, and nothing reads them. */
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
   * @param entries by text or whole number
   * @param ordered whether it is an OrderedDict, which may have attributes
   */
  record Dict(Map<Object, PickleValue> entries, boolean ordered) implements PickleValue {
    Dict(boolean ordered) {
      this(new LinkedHashMap<>(), ordered);
    }

    /** The value of a text key; null if there is none. */
    @Nullable PickleValue get(String key) {
      return entries.get(key);
    }
  }

  /** One of the few names that may be called. */
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
   * A storage, whose elements are an entry of the archive of their own.
   *
   * @param key name of the entry in the folder {@code data}
   * @param dtype type of its elements
   * @param count how many
   */
  record Storage(String key, DType dtype, long count) implements PickleValue {}

  /**
   * A tensor: a view of a storage.
   *
   * @param storage where its elements are
   * @param offset of the first, in elements
   * @param shape sizes
   * @param strides steps between neighbours, in elements
   */
  record View(Storage storage, long offset, List<Long> shape, List<Long> strides)
      implements PickleValue {}
}
