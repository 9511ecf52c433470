package dev.sana4j.recipe;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the components of records and creates records. */
final class Records {
  private Records() {}

  static @Nullable Object value(Record record, RecordComponent component) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new RecipeException("the key '" + component.getName() + "' cannot be read", e);
    }
  }

  /** Creates a record; exceptions of the constructor are rethrown. */
  static Object create(Class<?> type, @Nullable Object[] values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw new RecipeException("the record " + type.getName() + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new RecipeException("the record " + type.getName() + " cannot be made", e);
    }
  }

  /** Returns a copy in which each part replaces the only component of its type. */
  static Object with(Record record, Object... parts) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    @Nullable Object[] values =
        Arrays.stream(components).map(component -> value(record, component)).toArray();
    for (Object part : parts) {
      int[] places =
          IntStream.range(0, components.length)
              .filter(i -> components[i].getType().isInstance(part))
              .toArray();
      if (places.length != 1) {
        throw new IllegalArgumentException(
            record.getClass() + " has " + places.length + " components for " + part.getClass());
      }
      values[places[0]] = part;
    }
    return create(record.getClass(), values);
  }
}
