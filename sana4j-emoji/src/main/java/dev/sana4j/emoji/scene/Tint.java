package dev.sana4j.emoji.scene;

import java.util.Locale;

/**
 * The colour of a recoloured object.
 *
 * <p>Each differs from the {@link Background} of the same name, so that a red car is visible on
 * red.
 */
public enum Tint {
  /** Red. */
  RED("红色", 0xF0433C),
  /** Orange. */
  ORANGE("橙色", 0xFF963C),
  /** Yellow. */
  YELLOW("黄色", 0xFFCF42),
  /** Green. */
  GREEN("绿色", 0x42AA48),
  /** Blue. */
  BLUE("蓝色", 0x4A9CF5),
  /** Purple. */
  PURPLE("紫色", 0xB272EE);

  private final String chinese;
  private final int rgb;

  Tint(String chinese, int rgb) {
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
   * Returns the colour that the middle tone of a recoloured object gets.
   *
   * @return sRGB, red in bits 16 to 23
   */
  public int rgb() {
    return rgb;
  }
}
