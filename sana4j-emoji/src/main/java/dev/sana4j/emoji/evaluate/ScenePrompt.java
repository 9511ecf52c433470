package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneCaptions;

/**
 * A scene and its prompts.
 *
 * @param scene the scene
 * @param english the prompt in English
 * @param chinese the prompt in Chinese
 */
public record ScenePrompt(Scene scene, String english, String chinese) {
  /** Creates a prompt with the full captions of the scene. */
  static ScenePrompt of(Scene scene) {
    return new ScenePrompt(scene, SceneCaptions.english(scene), SceneCaptions.chinese(scene));
  }

  /** The prompt in a language. */
  String text(Language language) {
    return language == Language.ENGLISH ? english : chinese;
  }
}
