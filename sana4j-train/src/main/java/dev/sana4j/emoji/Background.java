package dev.sana4j.emoji;

import java.util.Locale;

/** The colour behind the objects; one plain area. */
public enum Background {
  /** Red. */
  RED("红色", 0xD0242B),
  /** Orange. */
  ORANGE("橙色", 0xF58A1F),
  /** Yellow. */
  YELLOW("黄色", 0xF7E03C),
  /** Green. */
  GREEN("绿色", 0x2E9E4B),
  /** Blue. */
  BLUE("蓝色", 0x2458D6),
  /** Purple. */
  PURPLE("紫色", 0x8A3DB6),
  /** White. */
  WHITE("白色", 0xFFFFFF),
  /** Black. */
  BLACK("黑色", 0x101014);

  private final String chinese;
  private final int rgb;

  Background(String chinese, int rgb) {
    this.chinese = chinese;
    this.rgb = rgb;
  }

  /**
   * The English adjective.
   *
   * @return for example {@code red}
   */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The English adjective with its article.
   *
   * @return for example {@code an orange}
   */
  public String withArticle() {
    return (this == ORANGE ? "an " : "a ") + english();
  }

  /**
   * The Chinese adjective.
   *
   * @return for example 红色
   */
  public String chinese() {
    return chinese;
  }

  /**
   * The colour.
   *
   * @return sRGB, red in bits 16 to 23
   */
  public int rgb() {
    return rgb;
  }
}
