package dev.sana4j.train.loop;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.AtomicFolder;
import dev.sana4j.files.FolderTree;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.train.TrainingException;
import dev.sana4j.weights.ConfigWriter;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes model folders in the diffusers layout. */
public final class ModelFiles {
  private static final Map<String, String> FORMAT = Map.of("format", "pt");

  private ModelFiles() {}

  /** Fills a folder and puts it in the place of an older one, see {@link AtomicFolder#write}. */
  public static void replace(Path target, AtomicFolder.Content content) {
    try {
      AtomicFolder.write(target, AtomicFile.Mode.REPLACE, content);
    } catch (IOException e) {
      throw new TrainingException(target + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes a text under a temporary name and puts it in the place of an older one. */
  static void replaceText(Path target, String text) {
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      AtomicFile.write(
          target, AtomicFile.Mode.REPLACE, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new TrainingException(target + " cannot be written: " + e.getMessage(), e);
    }
  }

  public static void writeTransformer(Path model, SanaTransformer network) {
    Path folder = folder(model, "transformer");
    ConfigWriter.write(folder.resolve("config.json"), network.config().settings());
    writeWeights(folder.resolve("diffusion_pytorch_model.safetensors"), network.parameters());
  }

  /** {@code vae/}, with the factor that gives its latents unit variance. */
  public static void writeAutoencoder(Path model, Autoencoder network, double scalingFactor) {
    Path folder = folder(model, "vae");
    ConfigWriter.write(
        folder.resolve("config.json"),
        network.config().withScalingFactor(scalingFactor).settings());
    writeWeights(folder.resolve("diffusion_pytorch_model.safetensors"), network.parameters());
  }

  public static void writeTextEncoder(Path model, GemmaEncoder encoder) {
    Path folder = folder(model, "text_encoder");
    ConfigWriter.write(folder.resolve("config.json"), encoder.config().settings());
    writeWeights(folder.resolve("model.safetensors"), encoder.parameters());
  }

  static void writeWeights(Path file, List<Parameter> parameters) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.forEach(parameter -> tensors.put(parameter.name(), parameter.value()));
    SafetensorsWriter.write(file, tensors, FORMAT);
  }

  /** A part of another model, unchanged. */
  public static void copyPart(Path from, Path model, String part) {
    copy(from.resolve(part), model.resolve(part));
  }

  /** The files of a folder: as further names of the same data where the file system has that. */
  public static void copy(Path from, Path to) {
    try {
      FolderTree.copyFiles(from, to);
    } catch (IOException e) {
      throw new TrainingException(from + " cannot be copied to " + to + ": " + e.getMessage(), e);
    }
  }

  private static Path folder(Path model, String part) {
    try {
      return Files.createDirectories(model.resolve(part));
    } catch (IOException e) {
      throw new TrainingException(model + " cannot be written: " + e.getMessage(), e);
    }
  }
}
