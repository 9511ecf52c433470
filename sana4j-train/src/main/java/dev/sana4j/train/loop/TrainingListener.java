package dev.sana4j.train.loop;

import dev.sana4j.data.DataSet;
import dev.sana4j.data.SkipReport;
import java.nio.file.Path;

/** Receives the progress of a training; called on the training thread. */
public interface TrainingListener {

  /**
   * A step is done.
   *
   * @param report metrics of the step
   */
  void step(StepReport report);

  /**
   * Reports preparation before the first step.
   *
   * @param what the task, for example {@code encoding images}
   * @param done work done so far
   * @param total work of the whole task
   */
  void preparing(String what, int done, int total);

  /**
   * Reports an event to the user.
   *
   * @param text one line
   */
  void note(String text);

  /**
   * Reports what was found out about a data set, and its skipped entries.
   *
   * @param path the path of the data set
   * @param data the data set
   */
  default void opened(Path path, DataSet data) {
    data.notes().forEach(text -> note(path + ": " + text));
    leftOut(path, data.skipped());
  }

  /**
   * Reports skipped entries of a data source, if there are any.
   *
   * @param source the data source
   * @param skipped counts and reasons
   */
  default void leftOut(Path source, SkipReport skipped) {
    if (skipped.count() > 0) {
      note("skipped in " + source + ": " + skipped);
    }
  }

  /**
   * A file was written.
   *
   * @param file a checkpoint, a sample grid, or the model folder
   */
  void wrote(Path file);

  /** Ignores all events. */
  TrainingListener SILENT =
      new TrainingListener() {
        @Override
        public void step(StepReport report) {}

        @Override
        public void preparing(String what, int done, int total) {}

        @Override
        public void note(String text) {}

        @Override
        public void wrote(Path file) {}
      };
}
