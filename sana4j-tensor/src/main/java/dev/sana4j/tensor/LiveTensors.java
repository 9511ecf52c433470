package dev.sana4j.tensor;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tensors that are not closed yet.
 *
 * <p>With the system property {@code sana4j.tensor.trace=true} every tensor also records where it
 * was created, so that leaks can be located. This costs a stack trace per tensor and is meant for
 * tests.
 */
public final class LiveTensors {
  private static final boolean TRACING = Boolean.getBoolean("sana4j.tensor.trace");
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Set<Birth> BIRTHS = ConcurrentHashMap.newKeySet();

  private LiveTensors() {}

  /** Where one tensor was created. */
  static final class Birth extends Throwable {
    private static final long serialVersionUID = 1L;

    Birth() {
      super("tensor created here");
    }
  }

  /**
   * Returns the number of open tensors in the whole process.
   *
   * @return the number of tensors that are not closed
   */
  public static long count() {
    return COUNT.get();
  }

  /**
   * Returns where the open tensors were created. The list is empty unless {@code
   * sana4j.tensor.trace} is set.
   *
   * @return one stack trace per open tensor
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
