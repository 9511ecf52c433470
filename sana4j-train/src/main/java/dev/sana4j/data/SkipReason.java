package dev.sana4j.data;

/** Why an entry of a data set is skipped. */
public enum SkipReason {
  /** It is damaged, too large, or of a kind that is not read. */
  BROKEN_IMAGE("images that cannot be read"),
  /** There is no caption, or only blank ones. */
  NO_CAPTION("images without a caption"),
  /** The image of the caption does not exist. */
  NO_IMAGE("captions without an image"),
  /** It is not UTF-8, not JSON, or too long. */
  BROKEN_CAPTION("captions that cannot be read"),
  /** The caption's file name points outside the folder. */
  OUTSIDE("file names outside the folder"),
  /** Members before the damage are used. */
  BROKEN_SHARD("shards that are damaged or cut short");

  private final String description;

  SkipReason(String description) {
    this.description = description;
  }

  /** Describes the counted entries, in the plural. */
  @Override
  public String toString() {
    return description;
  }
}
