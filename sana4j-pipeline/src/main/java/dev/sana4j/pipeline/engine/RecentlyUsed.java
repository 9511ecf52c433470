package dev.sana4j.pipeline.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What was loaded last, so that the next request that names it need not load it again. */
final class RecentlyUsed<K, V> implements AutoCloseable {
  private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private final Consumer<V> close;

  RecentlyUsed(Consumer<V> close) {
    this.close = close;
  }

  /** The value of a key, loaded if it is not there; it stays until {@link #keep} drops it. */
  V get(K key, Supplier<V> load) {
    V value = values.get(key);
    if (value == null) {
      value = load.get();
      values.put(key, value);
    }
    return value;
  }

  /** Closes all but the given number of values that were used last. */
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
