package dev.sana4j.hub;

/** Counts the received bytes of all files, and notifies a listener. */
final class Transfer {
  private final HubListener listener;
  private final long total;
  private long done;

  Transfer(HubListener listener, long total) {
    this.listener = listener;
    this.total = total;
  }

  /** Adds received bytes of a file; a negative number removes discarded bytes. */
  synchronized void add(HubFile file, long bytes) {
    done += bytes;
    listener.progress(done, total, file.path());
  }

  synchronized void note(String text) {
    listener.note(text);
  }
}
