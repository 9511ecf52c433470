package dev.sana4j.train.loop;

import dev.sana4j.data.SkipReport;
import java.nio.file.Path;

/** Hears how a training goes; called on the training thread. */
public interface TrainingListener {

  /**
   * A step is done.
   *
   * @param report its figures
   */
  void step(StepReport report);

  /**
   * Something is being prepared before the first step.
   *
   * @param what for example {@code encoding images}
   * @param done how much of it
   * @param total of how much
   */
  void preparing(String what, int done, int total);

  /**
   * Something happened that a user should know.
   *
   * @param text one line
   */
  void note(String text);

  /**
   * Something is skipped in what was asked to be read; notes it, if there is anything.
   *
   * @param source what was read
   * @param skipped how much is left out, and why
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

  /** Says nothing. */
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
