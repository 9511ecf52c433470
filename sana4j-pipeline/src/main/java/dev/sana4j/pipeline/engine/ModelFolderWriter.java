package dev.sana4j.pipeline.engine;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.files.FolderTree;
import dev.sana4j.files.IoReason;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.model.ModelIndex;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.ConfigWriter;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the parts of a model folder in the diffusers layout. */
public final class ModelFolderWriter {
  private ModelFolderWriter() {}

  /**
   * Writes a model without its text encoder and tokenizer.
   *
   * @param model an existing folder
   * @param sampler its sampler
   * @param instruction whether prompts follow the complex human instruction
   * @param transformer the transformer to write
   * @param autoencoder a {@code vae/} folder, which is copied
   * @throws ModelException if the folder cannot be written
   */
  public static void write(
      Path model,
      SamplerConfig sampler,
      boolean instruction,
      SanaTransformer transformer,
      Path autoencoder) {
    ModelIndex.write(model, sampler, instruction);
    write(model, Part.TRANSFORMER, transformer.config().settings(), transformer.parameters());
    copy(autoencoder, model.resolve(Part.VAE.folder()));
  }

  /**
   * Writes {@code vae/}.
   *
   * @param model an existing folder
   * @param network the autoencoder to write
   * @param scalingFactor factor that scales its latents to unit variance
   * @throws ModelException if the folder cannot be written
   */
  public static void writeAutoencoder(Path model, Autoencoder network, double scalingFactor) {
    Map<String, ?> settings = network.config().withScalingFactor(scalingFactor).settings();
    write(model, Part.VAE, settings, network.parameters());
  }

  /**
   * Writes {@code text_encoder/}.
   *
   * @param model an existing folder
   * @param encoder the text encoder to write
   * @throws ModelException if the folder cannot be written
   */
  public static void writeTextEncoder(Path model, GemmaEncoder encoder) {
    write(model, Part.TEXT_ENCODER, encoder.config().settings(), encoder.parameters());
  }

  /**
   * Copies the files of a folder, as hard links if the file system supports them.
   *
   * @param from the folder of a part of a model
   * @param to the target folder; created if missing
   * @throws ModelException if it cannot be copied
   */
  public static void copy(Path from, Path to) {
    try {
      FolderTree.copyFiles(from, to);
    } catch (IOException e) {
      throw new ModelException(from + " cannot be copied to " + to + ": " + e.getMessage());
    }
  }

  private static void write(
      Path model, Part part, Map<String, ?> settings, List<Parameter> parameters) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.forEach(parameter -> tensors.put(parameter.name(), parameter.value()));
    try {
      Path folder = Files.createDirectories(model.resolve(part.folder()));
      ConfigWriter.write(folder.resolve("config.json"), settings);
      SafetensorsWriter.write(
          folder.resolve(part.weights() + ".safetensors"), tensors, Map.of("format", "pt"));
    } catch (IOException e) {
      throw new ModelException(model + " cannot be written: " + IoReason.of(e));
    }
  }
}
