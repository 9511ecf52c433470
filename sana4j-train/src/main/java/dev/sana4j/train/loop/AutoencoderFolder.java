package dev.sana4j.train.loop;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.train.TrainingException;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of an autoencoder, standalone or in a model folder. */
public final class AutoencoderFolder {
  private AutoencoderFolder() {}

  /**
   * Finds the folder of an autoencoder.
   *
   * @param folder folder of an autoencoder or of a model
   * @return the folder itself, or {@code vae} in it
   * @throws TrainingException if neither has a config
   */
  public static Path find(Path folder) {
    Path inside = folder.resolve("vae");
    Path found = Files.isDirectory(inside) ? inside : folder;
    if (!Files.isRegularFile(found.resolve("config.json"))) {
      throw new TrainingException(
          folder + " has no autoencoder: neither vae/config.json nor config.json");
    }
    return found;
  }

  /**
   * Reads the config of an autoencoder.
   *
   * @param folder folder of the autoencoder
   * @return the config
   */
  public static AutoencoderConfig config(Path folder) {
    return AutoencoderConfig.read(ConfigFile.read(folder.resolve("config.json")));
  }
}
