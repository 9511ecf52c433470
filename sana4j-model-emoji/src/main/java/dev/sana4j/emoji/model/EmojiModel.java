package dev.sana4j.emoji.model;

import dev.sana4j.files.CacheFolder;
import dev.sana4j.folder.ModelFolder;
import java.nio.file.Path;

/**
 * The bundled models: a small SANA-Sprint of emoji scenes, 128 x 128 pixels, and the teacher that
 * it was distilled from. sana4j trained both for itself; {@code docs/lab/emoji-model.md} is their
 * card.
 *
 * <pre>{@code
 * try (SanaPipeline pipeline = SanaPipeline.builder(EmojiModel.open()).open()) {
 *   GenerationRequest request = pipeline.request("a red apple on a blue background").build();
 *   pipeline.generate(request).get(0).write(Path.of("apple.png"));
 * }
 * }</pre>
 *
 * <p>The first use unpacks a model into a folder, because weights are mapped from files. That
 * folder is in the cache folder: the system property {@code sana4j.cache}, else the environment
 * variable {@code SANA4J_CACHE}, else the user's cache folder. It can be deleted at any time.
 */
public final class EmojiModel {
  /** The name of the student. */
  public static final String NAME = "emoji";

  /** The name of the teacher. */
  public static final String TEACHER = "emoji-teacher";

  private EmojiModel() {}

  /**
   * Opens the default model, a student of one to four steps.
   *
   * @return the model
   * @throws dev.sana4j.folder.ModelException if the folder cannot be written
   */
  public static ModelFolder open() {
    return open(CacheFolder.path());
  }

  static ModelFolder open(Path cache) {
    return ModelFolder.open(new PackedModel(EmojiModel.class, NAME, NAME).unpack(cache));
  }

  /**
   * Opens the teacher, a model of many steps with guidance. Fine-tuning and distillation start from
   * it.
   *
   * @return the model
   * @throws dev.sana4j.folder.ModelException if the folder cannot be written
   */
  public static ModelFolder openTeacher() {
    return openTeacher(CacheFolder.path());
  }

  static ModelFolder openTeacher(Path cache) {
    return ModelFolder.open(new PackedModel(EmojiModel.class, TEACHER, NAME).unpack(cache));
  }
}
