package dev.sana4j.cli.cache;

import java.util.Locale;

/** A kind of stored files. */
public enum StoredKind {
  /** Unpacked native libraries of libtorch. */
  NATIVES("native libraries"),
  /** Unpacked native libraries of the tokenizer. */
  TOKENIZERS("native libraries of the tokenizer"),
  /** Unpacked native libraries of SQLite, which stores the jobs of a server. */
  SQLITE("native libraries of SQLite"),
  /** Unpacked bundled models. */
  BUNDLED("bundled models"),
  /** Model folders made of checkpoints in the original layout. */
  CONVERTED("converted checkpoints"),
  /** Encoded instructions of text encoders. */
  PREFIXES("encoded instructions"),
  /** Measured speeds of the processor. */
  SPEEDS("measured speeds"),
  /** Downloads of the hub, which sana4j shares with the tools for Python and does not delete. */
  HUB("downloads of the hub, shared with Python");

  private final String title;

  StoredKind(String title) {
    this.title = title;
  }

  /**
   * Returns a description for lists.
   *
   * @return a few words
   */
  public String title() {
    return title;
  }

  /**
   * Returns whether only the versions of the running program are needed.
   *
   * @return true for unpacked libraries
   */
  public boolean hasVersions() {
    return this == NATIVES || this == TOKENIZERS || this == SQLITE;
  }

  /** Returns the name for the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
