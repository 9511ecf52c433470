package dev.sana4j.pipeline.model;

import dev.sana4j.files.Remedy;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The config of a ControlNet, read without its weights.
 *
 * @param folder contains config.json and diffusion_pytorch_model.safetensors
 * @param network its sizes
 */
public record ControlNetConfig(Path folder, SanaConfig network) {
  private static final String CONFIG = "config.json";

  /**
   * Reads the config of the ControlNet in the folder of a model.
   *
   * @param model a model of which {@code model_index.json} names a {@code controlnet}
   * @return its description
   * @throws RequestException if there is none
   * @throws ModelException if it does not fit the model's transformer
   */
  public static ControlNetConfig of(ModelConfig model) {
    if (!model.folder().has(Part.CONTROLNET)) {
      throw new RequestException(
              model.folder().root() + " has no ControlNet; give the folder of one")
          .with(Remedy.CONTROLNET);
    }
    return read(model.folder().path(Part.CONTROLNET), model);
  }

  /**
   * Reads the config of the ControlNet of a task.
   *
   * @param model the model to control
   * @param task the folder of the ControlNet, or empty for that of the model
   * @return its description
   * @throws RequestException if the model folder has none, or the name is not a path
   * @throws ModelException if it does not fit the model's transformer
   */
  public static ControlNetConfig of(ModelConfig model, Task.Control task) {
    if (task.network().isEmpty()) {
      return of(model);
    }
    try {
      return read(Path.of(task.network()), model);
    } catch (InvalidPathException e) {
      throw new RequestException("the ControlNet " + task.network() + " is not a folder");
    }
  }

  /**
   * Reads the config of a separate ControlNet.
   *
   * @param folder the folder of the ControlNet, or one that contains a folder {@code controlnet}
   * @param model the model to control
   * @return its description
   * @throws ModelException if there is none, or it does not fit the model's transformer
   */
  public static ControlNetConfig read(Path folder, ModelConfig model) {
    Path inside = folder.resolve(Part.CONTROLNET.folder());
    Path found = Files.isRegularFile(inside.resolve(CONFIG)) ? inside : folder;
    if (!Files.isRegularFile(found.resolve(CONFIG))) {
      throw new ModelException(folder + " contains no ControlNet: it has no " + CONFIG);
    }
    SanaConfig network = SanaConfig.read(ConfigFile.read(found.resolve(CONFIG)));
    SanaConfig transformer = model.transformer();
    requireEqual(found, "width", network.width(), transformer.width());
    requireEqual(found, "in_channels", network.inChannels(), transformer.inChannels());
    requireEqual(found, "patch_size", network.patchSize(), transformer.patchSize());
    requireEqual(
        found, "caption_channels", network.captionChannels(), transformer.captionChannels());
    if (network.guidanceEmbedding() && !transformer.guidanceEmbedding()) {
      throw new ModelException(
          found + " is a ControlNet for a Sprint model, but the model is not a Sprint model");
    }
    return new ControlNetConfig(found, network);
  }

  /**
   * Finds the weights without reading them.
   *
   * @param dtype to compute in
   * @return the file, or the index of several
   * @throws dev.sana4j.weights.CheckpointException if there are none
   */
  public Path weights(DType dtype) {
    return Checkpoint.find(folder, Part.CONTROLNET.weights(), dtype);
  }

  private static void requireEqual(Path folder, String size, int ours, int models) {
    if (ours != models) {
      throw new ModelException(
          "%s does not fit the model: its %s is %d, the transformer's %d"
              .formatted(folder, size, ours, models));
    }
  }
}
