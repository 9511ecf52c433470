package dev.sana4j.hub;

/** Receives the progress of a download; several threads call it, but never at the same time. */
public interface HubListener {
  /** Ignores everything. */
  HubListener SILENT =
      new HubListener() {
        @Override
        public void note(String text) {}

        @Override
        public void progress(long done, long total, String file) {}
      };

  /**
   * Called for a message to the user.
   *
   * @param text one line
   */
  void note(String text);

  /**
   * Called when more data was received.
   *
   * @param done received bytes of all files, including earlier runs
   * @param total bytes of all files
   * @param file the file that received data last
   */
  void progress(long done, long total, String file);
}
