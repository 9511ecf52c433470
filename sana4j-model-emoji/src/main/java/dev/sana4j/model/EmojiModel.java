package dev.sana4j.model;

import dev.sana4j.hub.ModelFolder;
import java.nio.file.Path;

/**
 * The embedded default model: a small SANA teacher of emoji scenes, 128 x 128 pixels, that sana4j
 * trained for itself. {@code docs/emoji-model.md} is its card.
 *
 * <pre>{@code
 * try (var pipeline = SanaPipeline.open(EmojiModel.open().root(), DType.FLOAT32, Device.CPU)) {
 *   pipeline.generate(pipeline.config().request("a red apple on a blue background").build());
 * }
 * }</pre>
 */
public final class EmojiModel {
  /** What stands for the model where a folder's name would. */
  public static final String NAME = "emoji";

  private EmojiModel() {}

  /**
   * Lays the model out as a folder on first use: weights are mapped from files, not read from a
   * jar. The folder is below that named by the system property {@code sana4j.cache} or the
   * environment variable {@code SANA4J_CACHE}, else below the user's cache folder; it can be
   * deleted at any time.
   *
   * @return the model
   * @throws dev.sana4j.hub.ModelException if the folder cannot be written
   */
  public static ModelFolder open() {
    return open(CacheFolder.path());
  }

  static ModelFolder open(Path cache) {
    return ModelFolder.open(new PackedModel(EmojiModel.class, NAME).unpack(cache));
  }
}
