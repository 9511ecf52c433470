package dev.sana4j.spark;

import dev.sana4j.pipeline.SanaPipeline;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The pipelines of this process: one for each model and device, which all tasks share. A pipeline
 * stays open for the next task, and is closed when another model takes its device, at the end of a
 * local job, or when the process ends.
 */
final class ExecutorModels {
  private static final Map<Key, Entry> OPEN = new HashMap<>();
  private static boolean hooked;

  private ExecutorModels() {}

  private record Key(ModelChoice model, String device) {}

  private static final class Entry {
    final SanaPipeline pipeline;
    int users;

    Entry(SanaPipeline pipeline) {
      this.pipeline = pipeline;
    }
  }

  /** A task's use of a pipeline. */
  static final class Lease implements AutoCloseable {
    private final Entry entry;
    private boolean isClosed;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    SanaPipeline pipeline() {
      return entry.pipeline;
    }

    @Override
    public void close() {
      synchronized (OPEN) {
        entry.users -= isClosed ? 0 : 1;
        isClosed = true;
      }
    }
  }

  /** Opens the pipeline, or takes the open one. */
  static Lease acquire(ModelChoice model, TaskPlace place) {
    synchronized (OPEN) {
      var key = new Key(model, place.device().toString());
      Entry entry = OPEN.get(key);
      if (entry == null) {
        closeUnused(key.device());
        entry = new Entry(open(model, place));
        OPEN.put(key, entry);
        closeAtTheEnd();
      }
      entry.users++;
      return new Lease(entry);
    }
  }

  private static SanaPipeline open(ModelChoice model, TaskPlace place) {
    place.prepare();
    return SanaPipeline.builder(model.name())
        .name(model.name())
        .dtype(model.precision())
        .device(place.device())
        .open();
  }

  /** Returns the number of open pipelines. */
  static int open() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  /** Closes the pipelines that no task uses. */
  static void closeUnused() {
    synchronized (OPEN) {
      closeUnused("");
    }
  }

  /** Closes those of a device, or of all for an empty name. */
  private static void closeUnused(String device) {
    for (Iterator<Map.Entry<Key, Entry>> all = OPEN.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Key, Entry> each = all.next();
      boolean chosen = device.isEmpty() || each.getKey().device().equals(device);
      if (chosen && each.getValue().users == 0) {
        each.getValue().pipeline.close();
        all.remove();
      }
    }
  }

  private static void closeAtTheEnd() {
    if (!hooked) {
      hooked = true;
      Runtime.getRuntime().addShutdownHook(new Thread(ExecutorModels::closeAll, "sana4j-close"));
    }
  }

  private static void closeAll() {
    synchronized (OPEN) {
      OPEN.values().forEach(entry -> entry.pipeline.close());
      OPEN.clear();
    }
  }
}
