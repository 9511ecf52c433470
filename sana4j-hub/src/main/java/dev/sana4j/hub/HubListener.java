package dev.sana4j.hub;

/** Receives the progress of a download, from several threads but never concurrently. */
public interface HubListener {
  /** Ignores all progress. */
  HubListener SILENT =
      new HubListener() {
        @Override
        public void note(String text) {}

        @Override
        public void progress(long done, long total, String file) {}
      };

  /**
   * Something to know, once.
   *
   * @param text one line
   */
  void note(String text);

  /**
   * More has come.
   *
   * @param done bytes of all files, those of earlier runs too
   * @param total bytes of all files
   * @param file the last one of which something came
   */
  void progress(long done, long total, String file);
}
