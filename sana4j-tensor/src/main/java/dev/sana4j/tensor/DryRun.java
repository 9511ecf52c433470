package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.lang.StackWalker.StackFrame;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs networks with shapes only, to learn what they would do on a GPU: no element is computed or
 * stored, and a model of any size takes milliseconds.
 *
 * <p>While a run is open, tensors can be created on {@link #DEVICE}. Code that is written for a GPU
 * behaves there as on a GPU, with these differences:
 *
 * <ul>
 *   <li>An operation whose operands are on two devices is refused, also where libtorch would only
 *       be slow.
 *   <li>Elements that are read by the host are ones.
 *   <li>The memory of all open tensors is added up. Views count once. Temporary memory inside one
 *       operation does not count.
 *   <li>Every copy from and to the host is recorded with the method that caused it. On a GPU each
 *       read waits until all operations before it have ended.
 * </ul>
 *
 * <p>One run is open at a time; {@link #start} waits for the previous one. Tensors on other devices
 * are not affected.
 */
@CheckReturnValue
public final class DryRun implements AutoCloseable {
  /** The device of tensors that have a shape and no elements. */
  public static final Device DEVICE = Device.META;

  private static final Semaphore ONE = new Semaphore(1);
  private static final StackWalker STACK = StackWalker.getInstance();
  private static final String THIS_PACKAGE = DryRun.class.getPackageName() + ".";

  private static volatile @Nullable DryRun running;

  private final Thread owner = Thread.currentThread();
  private final Map<Long, MetaMemory> memory = new HashMap<>();
  private final Map<String, Integer> reads = new TreeMap<>();
  private final Map<String, Integer> uploads = new TreeMap<>();
  private long peak;
  private int kernels;

  private DryRun() {}

  /**
   * Starts a run. Waits until no other run is open.
   *
   * @return the run, to be closed by the caller after the tensors on {@link #DEVICE}
   * @throws IllegalStateException if this thread has an open run
   */
  public static DryRun start() {
    Libtorch.load();
    DryRun open = running;
    if (open != null && open.owner == Thread.currentThread()) {
      throw new IllegalStateException("this thread has an open dry run");
    }
    ONE.acquireUninterruptibly();
    DryRun run = new DryRun();
    running = run;
    return run;
  }

  /**
   * Returns the memory of the tensors that are open now.
   *
   * @return bytes
   */
  public synchronized long bytes() {
    long bytes = 0;
    for (Iterator<MetaMemory> each = memory.values().iterator(); each.hasNext(); ) {
      MetaMemory one = each.next();
      if (one.isHeld()) {
        bytes += one.bytes();
      } else {
        each.remove();
        one.close();
      }
    }
    return bytes;
  }

  /**
   * Returns the largest memory of open tensors since the start, or since {@link #restart}.
   *
   * @return bytes
   */
  public synchronized long peak() {
    return peak;
  }

  /**
   * Returns how often elements were copied to the host.
   *
   * @return counts by class and method
   */
  public synchronized Map<String, Integer> reads() {
    return Collections.unmodifiableMap(new TreeMap<>(reads));
  }

  /**
   * Returns how often elements were copied from the host.
   *
   * @return counts by class and method
   */
  public synchronized Map<String, Integer> uploads() {
    return Collections.unmodifiableMap(new TreeMap<>(uploads));
  }

  /** Forgets all copies. The peak becomes the memory that is open now. */
  public synchronized void restart() {
    reads.clear();
    uploads.clear();
    peak = bytes();
  }

  /** Ends the run. */
  @Override
  public synchronized void close() {
    if (running == this) {
      running = null;
      memory.values().forEach(MetaMemory::close);
      memory.clear();
      ONE.release();
    }
  }

  static boolean isRunning() {
    return running != null;
  }

  /** Returns whether a tensor has no elements; false outside of a run. */
  static boolean isMeta(Tensor tensor) {
    return running != null && tensor.handle().is_meta();
  }

  /** Counts a new handle; null for a tensor on another device. */
  static @Nullable MetaMemory born(org.bytedeco.pytorch.Tensor tensor) {
    DryRun run = running;
    return run == null || !tensor.is_meta() ? null : run.count(tensor);
  }

  private synchronized MetaMemory count(org.bytedeco.pytorch.Tensor tensor) {
    long address = MetaMemory.address(tensor);
    MetaMemory known = memory.get(address);
    if (known != null) {
      known.hold();
      return known;
    }
    MetaMemory made = new MetaMemory(this, tensor);
    memory.put(address, made);
    made.hold();
    note();
    return made;
  }

  private synchronized void note() {
    if (kernels == 0) {
      peak = Math.max(peak, bytes());
    }
  }

  /** Runs a stand-in for one native operation, whose temporary memory does not count. */
  static Tensor kernel(Supplier<Tensor> body) {
    DryRun run = running;
    if (run == null) {
      return TensorScope.tidy(body);
    }
    run.inKernels(1);
    try {
      return TensorScope.tidy(body);
    } finally {
      run.inKernels(-1);
    }
  }

  private synchronized void inKernels(int change) {
    kernels += change;
    note();
  }

  /** Refuses operands of which only some are on {@link #DEVICE}. */
  static void requireOneDevice(String operation, Tensor... operands) {
    if (running == null || operands.length < 2) {
      return;
    }
    boolean first = operands[0].handle().is_meta();
    for (Tensor operand : operands) {
      if (operand.handle().is_meta() != first) {
        throw TensorException.translate(
            operation, new RuntimeException("the operands are on two devices"), operands);
      }
    }
  }

  /** Returns whether a copy between two tensors is one between the host and the device. */
  static boolean isTransfer(Tensor target, Tensor source) {
    return running != null && target.handle().is_meta() != source.handle().is_meta();
  }

  /** Returns whether a move is one between the host and the device. */
  static boolean isTransfer(Tensor source, Device target) {
    return running != null && source.handle().is_meta() != target.equals(DEVICE);
  }

  /** Copies to a device. */
  static Tensor moved(Tensor source, Device target) {
    record(target);
    return target.equals(DEVICE)
        ? Tensors.empty(source.dtype(), DEVICE, source.shape())
        : Tensors.full(1, source.dtype(), target, source.shape());
  }

  /** Copies into a tensor on another device. */
  static Tensor copied(Tensor target, Tensor source) {
    record(target.device());
    return source.handle().is_meta()
        ? target.copy_(Tensors.full(1, source.dtype(), Device.CPU, source.shape()))
        : target;
  }

  private static void record(Device target) {
    DryRun run = running;
    if (run != null) {
      run.add(target.equals(DEVICE) ? run.uploads : run.reads, place());
    }
  }

  private synchronized void add(Map<String, Integer> counts, String place) {
    counts.merge(place, 1, Integer::sum);
  }

  /** Returns class and method of the innermost caller outside of this package. */
  private static String place() {
    return STACK.walk(
        frames ->
            frames
                .filter(frame -> !frame.getClassName().startsWith(THIS_PACKAGE))
                .findFirst()
                .map(DryRun::name)
                .orElse("unknown"));
  }

  private static String name(StackFrame frame) {
    String type = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
    String method = frame.getMethodName().replaceFirst("^lambda\\$(.*)\\$\\d+$", "$1");
    return type.replace('$', '.') + "." + method;
  }
}
