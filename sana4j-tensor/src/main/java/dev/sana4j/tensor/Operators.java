package dev.sana4j.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.ListType;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.OptionalType;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.jspecify.annotations.Nullable;

/** Operators of libtorch that have no Java binding and are called by name. */
final class Operators {
  private static final Map<String, OperatorHandle> FOUND = new ConcurrentHashMap<>();

  private Operators() {}

  /**
   * Calls an operator without a result.
   *
   * @param name for example {@code aten::_fused_adamw_}
   * @param arguments in the order of its schema: Tensor, List of Tensor, Double, Long, {@code
   *     long[]}, Boolean, String, DType, {@link #NONE} or {@link #NO_SCALARS}
   */
  static void run(String name, Object... arguments) {
    try (IValueVector stack = new IValueVector()) {
      call(name, stack, arguments);
    }
  }

  /**
   * Calls an operator that returns tensors.
   *
   * @param name as for {@link #run}
   * @param arguments as for {@link #run}
   * @return the results, null where undefined; owned by the current scope
   */
  static List<@Nullable Tensor> tensors(String name, Object... arguments) {
    try (IValueVector stack = new IValueVector()) {
      call(name, stack, arguments);
      List<@Nullable Tensor> results = new ArrayList<>();
      for (long i = 0; i < stack.size(); i++) {
        results.add(tensor(name, stack.get(i)));
      }
      return results;
    }
  }

  /**
   * Calls an operator that returns one tensor.
   *
   * @param name as for {@link #run}
   * @param arguments as for {@link #run}
   * @return the result, owned by the current scope
   */
  static Tensor tensor(String name, Object... arguments) {
    return Objects.requireNonNull(tensors(name, arguments).get(0));
  }

  private static @Nullable Tensor tensor(String name, IValue value) {
    org.bytedeco.pytorch.Tensor found = value.toTensor();
    return found.defined()
        ? TensorHandle.call(name, () -> new org.bytedeco.pytorch.Tensor(found))
        : null;
  }

  private static void call(String name, IValueVector stack, Object... arguments) {
    OperatorHandle operator =
        FOUND.computeIfAbsent(name, key -> Dispatcher.singleton().findSchemaOrThrow(key, ""));
    DryRun.requireOneDevice(name, tensors(arguments));
    for (Object argument : arguments) {
      try (IValue value = value(argument)) {
        stack.push_back(value);
      }
    }
    try {
      operator.callBoxed(stack);
    } catch (RuntimeException e) {
      throw TensorException.translate(name, e);
    }
  }

  private static Tensor[] tensors(Object... arguments) {
    return Arrays.stream(arguments)
        .flatMap(argument -> argument instanceof List<?> list ? list.stream() : Stream.of(argument))
        .filter(Tensor.class::isInstance)
        .toArray(Tensor[]::new);
  }

  /** An absent optional argument. */
  static final Object NONE = new Object();

  /** An empty list of optional numbers. */
  static final Object NO_SCALARS = new Object();

  private static IValue value(Object argument) {
    if (argument == NONE) {
      return new IValue();
    }
    if (argument == NO_SCALARS) {
      return noScalars();
    }
    if (argument instanceof Tensor tensor) {
      return new IValue(tensor.handle());
    }
    return argument instanceof List<?> tensors ? list(tensors) : plain(argument);
  }

  private static IValue plain(Object argument) {
    if (argument instanceof DType dtype) {
      return new IValue((long) dtype.nativeType().value);
    }
    if (argument instanceof String text) {
      return new IValue(text);
    }
    if (argument instanceof Double number) {
      return new IValue((double) number);
    }
    if (argument instanceof Long number) {
      return new IValue((long) number);
    }
    if (argument instanceof Boolean flag) {
      return new IValue((boolean) flag);
    }
    return numbers((long[]) argument);
  }

  private static IValue noScalars() {
    try (Type.TypePtr number = ListType.ofNumbers().containedType(0);
        Type.TypePtr optional = OptionalType.get(number);
        GenericList list = new GenericList(optional)) {
      return new IValue(list);
    }
  }

  private static IValue numbers(long[] values) {
    try (Type.TypePtr type = ListType.ofInts().containedType(0);
        GenericList list = new GenericList(type)) {
      for (long number : values) {
        try (IValue value = new IValue(number)) {
          list.push_back(value);
        }
      }
      return new IValue(list);
    }
  }

  private static IValue list(List<?> tensors) {
    try (Type.TypePtr type = new Type.TypePtr(TensorType.get());
        GenericList list = new GenericList(type)) {
      for (Object tensor : tensors) {
        try (IValue value = new IValue(((Tensor) tensor).handle())) {
          list.push_back(value);
        }
      }
      return new IValue(list);
    }
  }
}
