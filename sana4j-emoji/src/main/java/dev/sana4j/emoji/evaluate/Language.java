package dev.sana4j.emoji.evaluate;

/** Language of a prompt. */
public enum Language {
  /** English. */
  ENGLISH("en"),
  /** Chinese. */
  CHINESE("zh");

  private final String code;

  Language(String code) {
    this.code = code;
  }

  /**
   * Returns its code.
   *
   * @return {@code en} or {@code zh}
   */
  public String code() {
    return code;
  }
}
