package dev.sana4j.data;

/** Why an entry of a data set is skipped. */
public enum SkipReason {
  /** It is damaged, too large, or of an unsupported kind. */
  BROKEN_IMAGE("images that cannot be read"),
  /** There is no caption, or only blank ones. */
  NO_CAPTION("images without a caption"),
  /** The image of the caption does not exist. */
  NO_IMAGE("captions without an image"),
  /** It is not UTF-8, not JSON, or too long. */
  BROKEN_CAPTION("captions that cannot be read"),
  /** The image has a .txt file, which is used instead. */
  SECOND_CAPTION("caption files next to another one that is used"),
  /** The caption's file name points outside the folder. */
  OUTSIDE("file names outside the folder"),
  /** Members before the damage are used. */
  BROKEN_SHARD("shards that are damaged or cut short"),
  /** The target of the link does not exist. */
  DEAD_LINK("links that lead to nothing"),
  /** The folder is already read under another name, or contains the link itself. */
  REPEATED_FOLDER("links to folders that are already read"),
  /** Access is denied, or the folder is nested too deep. */
  UNREADABLE_FOLDER("folders that cannot be read or are nested deeper than 64");

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
