package dev.sana4j.pipeline.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A cache of the most recently used values. */
final class RecentlyUsed<K, V> implements AutoCloseable {
  private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private final Consumer<V> close;

  RecentlyUsed(Consumer<V> close) {
    this.close = close;
  }

  /** Returns the value of a key; loads it if necessary. It stays until {@link #keep} removes it. */
  V get(K key, Supplier<V> load) {
    V value = values.get(key);
    if (value == null) {
      value = load.get();
      values.put(key, value);
    }
    return value;
  }

  /** Closes all values except the given number of most recently used ones. */
  void keep(int most) {
    var eldest = values.values().iterator();
    while (values.size() > most) {
      close.accept(eldest.next());
      eldest.remove();
    }
  }

  @Override
  public void close() {
    keep(0);
  }
}
