package dev.sana4j.data;

/** Why something in a data set is not used. */
public enum SkipReason {
  /** It is damaged, too large, or of a kind that is not read. */
  BROKEN_IMAGE("images that cannot be read"),
  /** There is no caption, or only blank ones. */
  NO_CAPTION("images without a caption"),
  /** The image that the caption belongs to is not there. */
  NO_IMAGE("captions without an image"),
  /** It is not UTF-8, not JSON, or too long. */
  BROKEN_CAPTION("captions that cannot be read"),
  /** The caption's file name leads elsewhere. */
  OUTSIDE("file names outside the folder"),
  /** What comes before the damage is used. */
  BROKEN_SHARD("shards that are damaged or cut short");

  private final String description;

  SkipReason(String description) {
    this.description = description;
  }

  /** What is counted, in the plural. */
  @Override
  public String toString() {
    return description;
  }
}
