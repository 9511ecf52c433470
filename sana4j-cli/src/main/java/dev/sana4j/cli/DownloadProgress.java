package dev.sana4j.cli;

import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubSettings;

/** Shows the progress of a download on standard error. */
final class DownloadProgress implements HubListener, AutoCloseable {
  private final ProgressLine line = new ProgressLine(true);
  private final boolean showsProgress;
  private String ended = "";

  private DownloadProgress(boolean showsProgress) {
    this.showsProgress = showsProgress;
  }

  /** Always prints notes; shows the bar unless the environment disables it. */
  static DownloadProgress of(HubSettings settings) {
    return new DownloadProgress(settings.showsProgress());
  }

  @Override
  public synchronized void note(String text) {
    line.note(text);
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
