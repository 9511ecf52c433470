package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneCaptions;

/**
 * A scene and its prompts.
 *
 * @param scene contents of the image
 * @param english the prompt in English
 * @param chinese the prompt in Chinese
 */
public record ScenePrompt(Scene scene, String english, String chinese) {
  /** Returns the scene with its full captions as prompts. */
  static ScenePrompt of(Scene scene) {
    return new ScenePrompt(scene, SceneCaptions.english(scene), SceneCaptions.chinese(scene));
  }

  /** Returns the prompt in a language. */
  String text(Language language) {
    return language == Language.ENGLISH ? english : chinese;
  }
}
