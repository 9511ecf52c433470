package dev.sana4j.emoji.scene;

/** The style of drawn objects. */
public enum Style {
  /** Plain areas of colour. */
  FLAT("flat", "扁平风格"),
  /** Rounded shapes with light and shade. */
  SOLID("3D", "3D风格");

  private final String english;
  private final String chinese;

  Style(String english, String chinese) {
    this.english = english;
    this.chinese = chinese;
  }

  /**
   * Returns the English adjective; its article is {@code a}.
   *
   * @return {@code flat} or {@code 3D}
   */
  public String english() {
    return english;
  }

  /**
   * Returns the Chinese name, with the word for style.
   *
   * @return 扁平风格 or 3D风格
   */
  public String chinese() {
    return chinese;
  }
}
