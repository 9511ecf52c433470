package dev.sana4j.bench;

import dev.sana4j.pipeline.request.GenerationListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Measures each stage of one image, without the time of reporting progress. */
final class StageClock implements GenerationListener {
  private final LongSupplier nanoTime;
  private final BenchListener listener;
  private final String run;
  private final int doneBefore;
  private final int all;
  private final List<Double> millis = new ArrayList<>();
  private long begin;

  /** Starts the clock for a named run, after {@code doneBefore} of {@code all} pieces of work. */
  StageClock(BenchListener listener, String run, int doneBefore, int all) {
    this(System::nanoTime, listener, run, doneBefore, all);
  }

  /** Uses another clock, in nanoseconds. */
  StageClock(LongSupplier nanoTime, BenchListener listener, String run, int doneBefore, int all) {
    this.nanoTime = nanoTime;
    this.listener = listener;
    this.run = run;
    this.doneBefore = doneBefore;
    this.all = all;
    begin = nanoTime.getAsLong();
  }

  @Override
  public boolean onProgress(Progress progress) {
    end(progress.stage().name().toLowerCase(Locale.ROOT));
    return true;
  }

  /** Ends a stage and starts the next one. */
  void end(String stage) {
    millis.add((nanoTime.getAsLong() - begin) / 1e6);
    listener.onProgress(run + ", " + stage, doneBefore + millis.size(), all);
    begin = nanoTime.getAsLong();
  }

  /** Returns the times of the completed stages in their order. */
  List<Double> millis() {
    return millis;
  }
}
