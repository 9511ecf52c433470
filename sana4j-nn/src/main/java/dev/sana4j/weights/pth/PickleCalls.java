package dev.sana4j.weights.pth;

import dev.sana4j.files.QuotedText;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.pth.PickleValue.Callable;
import dev.sana4j.weights.pth.PickleValue.Dict;
import dev.sana4j.weights.pth.PickleValue.Flag;
import dev.sana4j.weights.pth.PickleValue.None;
import dev.sana4j.weights.pth.PickleValue.Storage;
import dev.sana4j.weights.pth.PickleValue.StorageType;
import dev.sana4j.weights.pth.PickleValue.Text;
import dev.sana4j.weights.pth.PickleValue.Tuple;
import dev.sana4j.weights.pth.PickleValue.View;
import dev.sana4j.weights.pth.PickleValue.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The few names that a checkpoint may call, and the values that sana4j creates for these calls. The
 * names are those of {@code torch/_utils.py} and {@code torch/serialization.py}.
 */
final class PickleCalls {
  private static final int MAX_DIMENSIONS = 8;

  private static final Map<String, DType> STORAGES =
      Map.of(
          "torch.FloatStorage", DType.FLOAT32,
          "torch.DoubleStorage", DType.FLOAT64,
          "torch.BFloat16Storage", DType.BFLOAT16,
          "torch.HalfStorage", DType.FLOAT16,
          "torch.LongStorage", DType.INT64,
          "torch.IntStorage", DType.INT32,
          "torch.ShortStorage", DType.INT16,
          "torch.CharStorage", DType.INT8,
          "torch.ByteStorage", DType.UINT8,
          "torch.BoolStorage", DType.BOOL);

  private final PickleInput in;

  PickleCalls(PickleInput in) {
    this.in = in;
  }

  /** Returns torch's name of the storage for a dtype. */
  static String storageName(DType dtype) {
    return STORAGES.entrySet().stream()
        .filter(entry -> entry.getValue() == dtype)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  PickleValue named(String module, String name) {
    String path = module + "." + name;
    DType dtype = STORAGES.get(path);
    if (dtype != null) {
      return new StorageType(dtype);
    }
    for (Callable callable : Callable.values()) {
      if (callable.path().equals(path)) {
        return callable;
      }
    }
    throw refused(module, name);
  }

  CheckpointException refused(String module, String name) {
    return in.refusal(
        "it refers to "
            + QuotedText.clip(module + "." + name)
            + ", which is not allowed in a checkpoint; no code was run");
  }

  PickleValue call(PickleValue callee, PickleValue arguments) {
    if (!(callee instanceof Callable callable)) {
      throw in.refusal("expected something to call, got a value; no code was run");
    }
    if (!(arguments instanceof Tuple tuple)) {
      throw in.refusal("expected a tuple of arguments for " + callable.path());
    }
    return called(callable, tuple.items());
  }

  private PickleValue called(Callable callable, List<PickleValue> arguments) {
    return switch (callable) {
      case ORDERED_DICT -> {
        require(arguments.isEmpty(), callable, "no arguments");
        yield new Dict(true);
      }
      case REBUILD_TENSOR -> view(arguments);
      case REBUILD_PARAMETER -> {
        require(
            arguments.size() >= 2 && arguments.get(0) instanceof View,
            callable,
            "a tensor as first argument");
        yield arguments.get(0);
      }
    };
  }

  private void require(boolean holds, Callable callable, String expected) {
    if (!holds) {
      throw in.refusal("expected " + expected + " in a call of " + callable.path());
    }
  }

  /** Checks the attributes of an OrderedDict, which torch writes for the state of a module. */
  void requireAttributes(PickleValue state, PickleValue target) {
    if (!(target instanceof Dict dict && dict.ordered() && state instanceof Dict)) {
      throw in.refusal("expected an OrderedDict to be built from a dict; no code was run");
    }
  }

  Storage storage(PickleValue id) {
    if (id instanceof Tuple tuple
        && (tuple.items().size() == 5 || isOlder(tuple.items()))
        && tuple.items().get(0) instanceof Text kind
        && kind.value().equals("storage")
        && tuple.items().get(1) instanceof StorageType type
        && tuple.items().get(2) instanceof Text key
        && tuple.items().get(3) instanceof Text
        && tuple.items().get(4) instanceof Whole count
        && count.value() >= 0) {
      return new Storage(key.value(), type.dtype(), count.value());
    }
    throw in.refusal("expected a reference to a storage, got a reference to something else");
  }

  /** Before PyTorch 1.6 there was a sixth value for views of a storage, usually None. */
  private static boolean isOlder(List<PickleValue> id) {
    return id.size() == 6 && id.get(5) == None.NONE;
  }

  private View view(List<PickleValue> items) {
    Callable callable = Callable.REBUILD_TENSOR;
    require(items.size() == 6 || items.size() == 7, callable, "six or seven arguments");
    require(items.get(0) instanceof Storage, callable, "a storage as first argument");
    require(items.get(1) instanceof Whole, callable, "an integer as offset");
    require(items.get(4) instanceof Flag, callable, "a boolean");
    require(items.get(5) instanceof Dict || items.get(5) == None.NONE, callable, "a dict of hooks");
    Storage storage = (Storage) items.get(0);
    List<Long> shape = sizes(items.get(2));
    List<Long> strides = sizes(items.get(3));
    require(shape.size() == strides.size(), callable, "as many strides as sizes");
    View view = new View(storage, ((Whole) items.get(1)).value(), shape, strides);
    requireWithin(view);
    return view;
  }

  private List<Long> sizes(PickleValue value) {
    if (!(value instanceof Tuple tuple) || tuple.items().size() > MAX_DIMENSIONS) {
      throw in.refusal("expected at most " + MAX_DIMENSIONS + " sizes or strides per tensor");
    }
    List<Long> sizes = new ArrayList<>();
    for (PickleValue item : tuple.items()) {
      if (!(item instanceof Whole size) || size.value() < 0) {
        throw in.refusal("expected non-negative sizes and strides of a tensor");
      }
      sizes.add(size.value());
    }
    return List.copyOf(sizes);
  }

  /** Rejects a view that exceeds its storage or has more elements than the storage. */
  private void requireWithin(View view) {
    if (!liesWithin(view)) {
      throw in.refusal(
          "a tensor of shape %s, strides %s and offset %d exceeds its storage of %d elements"
              .formatted(view.shape(), view.strides(), view.offset(), view.storage().count()));
    }
  }

  private static boolean liesWithin(View view) {
    long count = view.storage().count();
    long elements = 1;
    long last = view.offset();
    try {
      for (int i = 0; i < view.shape().size(); i++) {
        // A size of 0 counts as 1: an empty tensor must not overflow either.
        long size = Math.max(view.shape().get(i), 1);
        elements = Math.multiplyExact(elements, size);
        last = Math.addExact(last, Math.multiplyExact(size - 1, view.strides().get(i)));
      }
    } catch (ArithmeticException e) {
      return false;
    }
    boolean within = view.shape().contains(0L) || (last < count && elements <= count);
    return view.offset() >= 0 && view.offset() <= count && within;
  }
}
