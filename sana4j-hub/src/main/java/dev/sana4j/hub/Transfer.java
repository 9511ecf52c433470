package dev.sana4j.hub;

/** Bytes received of all files; reports them to a listener. */
final class Transfer {
  private final HubListener listener;
  private final long total;
  private long done;

  Transfer(HubListener listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  /** Bytes of a file that arrived; a negative count was discarded. */
  synchronized void add(HubFile file, long bytes) {
    done += bytes;
    listener.progress(done, total, file.path());
  }

  synchronized void note(String text) {
    listener.note(text);
  }
}
