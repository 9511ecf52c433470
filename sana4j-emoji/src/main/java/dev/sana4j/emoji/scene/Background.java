package dev.sana4j.emoji.scene;

import java.util.Locale;

/**
 * The plain background colour of a scene.
 *
 * <p>Each differs from the colours of the sprites: Fluent's red and green are brighter, its blue
 * and purple paler. So a red apple is visible on red.
 */
public enum Background {
  /** Red. */
  RED("红色", 0xA30A10),
  /** Orange. */
  ORANGE("橙色", 0xDC6400),
  /** Yellow. */
  YELLOW("黄色", 0xFAF000),
  /** Green. */
  GREEN("绿色", 0x00C814),
  /** Blue. */
  BLUE("蓝色", 0x0A32BE),
  /** Purple. */
  PURPLE("紫色", 0xA014D2),
  /** White. */
  WHITE("白色", 0xFFFFFF),
  /** Black. */
  BLACK("黑色", 0x0A0A0C);

  private final String chinese;
  private final int rgb;

  Background(String chinese, int rgb) {
    this.chinese = chinese;
    this.rgb = rgb;
  }

  /**
   * Returns the English adjective.
   *
   * @return for example {@code red}
   */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the English adjective with its article.
   *
   * @return for example {@code an orange}
   */
  public String withArticle() {
    return (this == ORANGE ? "an " : "a ") + english();
  }

  /**
   * Returns the Chinese adjective.
   *
   * @return for example 红色
   */
  public String chinese() {
    return chinese;
  }

  /**
   * Returns the colour.
   *
   * @return sRGB, red in bits 16 to 23
   */
  public int rgb() {
    return rgb;
  }
}
