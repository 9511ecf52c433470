package dev.sana4j.cli;

import dev.sana4j.pipeline.request.GenerationListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows the progress and the notes of the images of one request, and keeps the notes. */
final class StepProgress implements GenerationListener, AutoCloseable {
  /** How much is shown. */
  enum Detail {
    /** Progress and notes. */
    ALL,
    /** Notes only. */
    NOTES,
    /** Nothing. */
    NOTHING
  }

  private final ProgressLine line = new ProgressLine(true);
  private final List<String> notes = new ArrayList<>();
  private final Detail detail;
  private final String task;

  /** Shows everything. */
  StepProgress() {
    this("generate", Detail.ALL);
  }

  /** Shows the progress of a task. */
  StepProgress(String task, Detail detail) {
    this.task = task;
    this.detail = detail;
  }

  @Override
  public boolean onProgress(Progress progress) {
    if (detail == Detail.ALL) {
      String stage = progress.stage().name().toLowerCase(Locale.ROOT);
      line.show(task, progress.done(), progress.all(), stage);
    }
    return true;
  }

  @Override
  public void onNote(int request, String note) {
    notes.add(note);
    if (detail != Detail.NOTHING) {
      line.note("sana: " + note + "; see --max-length");
    }
  }

  /** Returns the notes so far. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void close() {
    line.close();
  }
}
