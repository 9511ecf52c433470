package dev.sana4j.cli;

import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubSettings;

/** Shows the progress of a download on standard error. */
final class DownloadProgress implements HubListener, AutoCloseable {
  private final ProgressLine line = new ProgressLine(true);
  private final boolean showsProgress;
  private final boolean showsNotes;
  private String ended = "";

  private DownloadProgress(boolean showsProgress, boolean showsNotes) {
    this.showsProgress = showsProgress;
    this.showsNotes = showsNotes;
  }

  /** Prints notes unless quiet, and shows the bar unless quiet or disabled by the environment. */
  static DownloadProgress of(HubSettings settings, boolean quiet) {
    return new DownloadProgress(!quiet && settings.showsProgress(), !quiet);
  }

  @Override
  public synchronized void note(String text) {
    if (showsNotes) {
      line.note(text);
    }
  }

  /** Shows the end of each download once. */
  @Override
  public synchronized void progress(long done, long total, String file) {
    String key = total + " " + (done == total ? file : "");
    if (showsProgress && !ended.equals(key)) {
      ended = done == total ? key : "";
      line.showBytes(done, total, file);
    }
  }

  @Override
  public synchronized void close() {
    line.close();
  }
}
