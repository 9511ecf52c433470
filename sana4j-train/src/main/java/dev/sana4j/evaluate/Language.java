package dev.sana4j.evaluate;

import dev.sana4j.emoji.Scene;
import dev.sana4j.emoji.SceneCaptions;

/** What a prompt is written in. */
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
   * Its code.
   *
   * @return {@code en} or {@code zh}
   */
  public String code() {
    return code;
  }

  /**
   * The full caption of a scene.
   *
   * @param scene any
   * @return the prompt to test with
   */
  String prompt(Scene scene) {
    return this == ENGLISH ? SceneCaptions.english(scene) : SceneCaptions.chinese(scene);
  }
}
