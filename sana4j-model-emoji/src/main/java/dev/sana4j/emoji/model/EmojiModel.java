package dev.sana4j.emoji.model;

import dev.sana4j.files.CacheFolder;
import dev.sana4j.folder.ModelFolder;
import java.nio.file.Path;

/**
 * The embedded models: a small SANA-Sprint of emoji scenes, 128 x 128 pixels, and the teacher that
 * it was distilled from. sana4j trained both; {@code docs/lab/emoji-model.md} is their model card.
 *
 * <pre>{@code
 * try (SanaPipeline pipeline = SanaPipeline.builder(EmojiModel.open()).open()) {
 *   GenerationRequest request = pipeline.request("a red apple on a blue background").build();
 *   pipeline.generate(request).get(0).write(Path.of("apple.png"));
 * }
 * }</pre>
 *
 * <p>A model is unpacked to a folder on first use: weights are mapped from files, not read from a
 * jar. The folder is below that named by the system property {@code sana4j.cache} or the
 * environment variable {@code SANA4J_CACHE}, else below the user's cache folder; it can be deleted
 * at any time.
 */
public final class EmojiModel {
  /** Name of the student, usable in place of a folder. */
  public static final String NAME = "emoji";

  /** Name of the teacher, usable in place of a folder. */
  public static final String TEACHER = "emoji-teacher";

  private EmojiModel() {}

  /**
   * The default model, a student of one to four steps.
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
   * Its teacher, a model of many steps with guidance: the default start of fine-tuning and
    * distillation.
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
