package dev.sana4j.tensor;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tensors that are not closed yet.
 *
 * <p>With the system property {@code sana4j.tensor.trace=true} every tensor also remembers where it
 * was born, so that a leak can be shown; that costs a stack trace a tensor and is for tests.
 */
public final class LiveTensors {
  private static final boolean TRACING = Boolean.getBoolean("sana4j.tensor.trace");
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Set<Birth> BIRTHS = ConcurrentHashMap.newKeySet();

  private LiveTensors() {}

  /** Where one tensor was made. */
  static final class Birth extends Throwable {
    private static final long serialVersionUID = 1L;

    Birth() {
      super("tensor made here");
    }
  }

  /**
   * Tensors made and not closed, in the whole process.
   *
   * @return a count
   */
  public static long count() {
    return COUNT.get();
  }

  /**
   * Where the live tensors were made; empty unless {@code sana4j.tensor.trace} is set.
   *
   * @return one stack trace a live tensor
   */
  public static List<Throwable> births() {
    return List.copyOf(BIRTHS);
  }

  static @Nullable Birth born() {
    COUNT.incrementAndGet();
    if (!TRACING) {
      return null;
    }
    Birth birth = new Birth();
    BIRTHS.add(birth);
    return birth;
  }

  static void died(@Nullable Birth birth) {
    COUNT.decrementAndGet();
    if (birth != null) {
      BIRTHS.remove(birth);
    }
  }
}
