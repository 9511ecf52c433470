package dev.sana4j.report;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Metrics of a training in one folder: {@code metrics.csv}, {@code curves.png} and TensorBoard
 * event files.
 *
 * <p>Values of one step form one row, which is written when the next step begins. A full disk or
 * missing fonts lose values or curves and cause one warning, but never stop the training. Not
 * thread-safe.
 */
public final class MetricsLog implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./ -]{0,99}");

  /** Drawing takes a good part of a second, in which a small model does many steps. */
  private static final Duration BETWEEN_DRAWINGS = Duration.ofSeconds(30);

  private final Path folder;
  private final Consumer<String> warnings;
  private final Clock clock;
  private final Map<String, Curve> curves = new LinkedHashMap<>();
  private final Map<String, Double> pending = new LinkedHashMap<>();
  private final Set<Loss> warned = EnumSet.noneOf(Loss.class);
  private final MetricsTable table;
  private final EventFile events;
  private long step;
  private Instant drawnAt = Instant.EPOCH;
  private boolean stale;

  private enum Loss {
    VALUES,
    CURVES
  }

  private interface Output {
    void write() throws IOException;
  }

  private MetricsLog(Path folder, long resumedAtStep, Consumer<String> warnings, Clock clock)
      throws IOException {
    this.folder = folder;
    this.warnings = warnings;
    this.clock = clock;
    this.table = MetricsTable.open(folder.resolve("metrics.csv"), resumedAtStep, this::addToCurves);
    this.events = EventFile.create(folder, resumedAtStep + 1, clock);
  }

  /**
   * Opens the log of a new or resumed training.
   *
   * @param folder where the files are, made if missing
   * @param resumedAtStep the step of the checkpoint the training resumes from; rows of later steps
   *     are removed. -1 for a new training removes all rows
   * @param warnings receives one line, once, when values or curves are lost
   * @return the log; the caller closes it
   * @throws ReportException if the folder cannot be written
   */
  public static MetricsLog open(Path folder, long resumedAtStep, Consumer<String> warnings) {
    return open(folder, resumedAtStep, warnings, Clock.systemUTC());
  }

  static MetricsLog open(Path folder, long resumedAtStep, Consumer<String> warnings, Clock clock) {
    try {
      Files.createDirectories(folder);
      return new MetricsLog(folder, resumedAtStep, warnings, clock);
    } catch (IOException e) {
      throw new ReportException("metrics cannot be written to " + folder + ": " + e, e);
    }
  }

  /**
   * Adds a value.
   *
   * @param step a new one ends the row of the one before
   * @param name letters, digits and {@code _ . / -}; metrics with the same name before the slash
   *     share a panel of the curves
   * @param value any, NaN and infinities too
   * @throws ReportException if the name has other characters
   */
  public void scalar(long step, String name, double value) {
    if (!NAME.matcher(name).matches()) {
      throw new ReportException("'" + name + "' cannot be the name of a metric");
    }
    if (step != this.step) {
      writeRow();
    }
    this.step = step;
    pending.put(name, value);
  }

  /**
   * Adds the values of a step.
   *
   * @param step as in {@link #scalar}
   * @param values name to value, in the order of the columns
   * @throws ReportException if a name has other characters than {@link #scalar} allows
   */
  public void row(long step, Map<String, Double> values) {
    values.forEach((name, value) -> scalar(step, name, value));
  }

  /**
   * Adds an image to the event file.
   *
   * @param step the step
   * @param name its tag in TensorBoard
   * @param image the image
   */
  public void image(long step, String name, RgbImage image) {
    attempt(Loss.VALUES, () -> events.image(step, name, image));
  }

  /** Flushes all values to disk, and redraws the curves if half a minute has passed. */
  public void flush() {
    forceValues();
    // Absolute difference: a clock that is set back must not stop the drawing.
    if (Duration.between(drawnAt, clock.instant()).abs().compareTo(BETWEEN_DRAWINGS) >= 0) {
      drawCurves();
    }
  }

  /** Flushes all values and their curves to disk, for every checkpoint. */
  public void force() {
    forceValues();
    drawCurves();
  }

  private void forceValues() {
    writeRow();
    attempt(Loss.VALUES, table::force);
    attempt(Loss.VALUES, events::force);
  }

  /** Flushes everything to disk and closes the files. */
  @Override
  public void close() {
    force();
    attempt(Loss.VALUES, table::close);
    attempt(Loss.VALUES, events::close);
  }

  private void writeRow() {
    if (pending.isEmpty()) {
      return;
    }
    addToCurves(step, pending);
    attempt(Loss.VALUES, () -> table.add(step, pending));
    attempt(Loss.VALUES, () -> events.scalars(step, pending));
    pending.clear();
  }

  private void addToCurves(long step, Map<String, Double> values) {
    values.forEach(
        (name, value) -> curves.computeIfAbsent(name, key -> new Curve()).add(step, value));
    stale = true;
  }

  private void drawCurves() {
    if (stale) {
      attempt(
          Loss.CURVES,
          () ->
              ImageFiles.write(
                  CurvesImage.draw(curves), folder.resolve("curves.png"), WriteOptions.REPLACE));
      stale = false;
      drawnAt = clock.instant();
    }
  }

  /** Reports must not stop the training: every kind of failure is reported once. */
  private void attempt(Loss loss, Output output) {
    try {
      output.write();
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      // AWT without fonts throws InternalError at first and NoClassDefFoundError from then on.
      Loss kind = e instanceof IOException || e instanceof ImageException ? Loss.VALUES : loss;
      if (warned.add(kind)) {
        String lost = kind == Loss.VALUES ? "metrics cannot be written to " : "no curves in ";
        warnings.accept(lost + folder + ", the training continues: " + e);
      }
    }
  }
}
