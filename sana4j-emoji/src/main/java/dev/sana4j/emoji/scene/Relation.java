package dev.sana4j.emoji.scene;

/** Where the first object of a pair is, seen from the second. */
public enum Relation {
  /** The first object is on the left. */
  LEFT("left of", "left", "左边"),
  /** The first object is on the right. */
  RIGHT("right of", "right", "右边"),
  /** The first object is at the top. */
  ABOVE("above", "top", "上方"),
  /** The first object is at the bottom. */
  BELOW("below", "bottom", "下方");

  private final String english;
  private final String side;
  private final String chinese;

  Relation(String english, String side, String chinese) {
    this.english = english;
    this.side = side;
    this.chinese = chinese;
  }

  /**
   * Returns the English preposition.
   *
   * @return for example {@code left of}
   */
  public String english() {
    return english;
  }

  /** Returns the side of the image on which the first object is: left, right, top or bottom. */
  String side() {
    return side;
  }

  /**
   * Returns the Chinese word for the side.
   *
   * @return for example 左边
   */
  public String chinese() {
    return chinese;
  }

  /**
   * Returns the same arrangement, seen from the first object.
   *
   * @return for example {@link #RIGHT} for {@link #LEFT}
   */
  public Relation opposite() {
    return switch (this) {
      case LEFT -> RIGHT;
      case RIGHT -> LEFT;
      case ABOVE -> BELOW;
      case BELOW -> ABOVE;
    };
  }

  /**
   * Returns whether one object is above the other.
   *
   * @return true for {@link #ABOVE} and {@link #BELOW}
   */
  public boolean isVertical() {
    return this == ABOVE || this == BELOW;
  }

  /** Returns whether the first object is the one on the left, or at the top. */
  boolean isFirstLeading() {
    return this == LEFT || this == ABOVE;
  }
}
