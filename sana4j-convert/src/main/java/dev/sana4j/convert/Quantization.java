package dev.sana4j.convert;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sana4j.files.AtomicFolder;
import dev.sana4j.files.FolderTree;
import dev.sana4j.files.StrictJson;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.sana.TransformerConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.ConfigWriter;
import dev.sana4j.weights.QuantizedNames;
import dev.sana4j.weights.ShardWriter;
import dev.sana4j.weights.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a model folder whose large weights are 8-bit integers with a scale per output. These are
 * the weights of the text encoder and of the transformer's blocks, nearly all of the model. The
 * option {@code --dtype int8} does the same at each start.
 *
 * <p>A weight {@code NAME} (out, ...) becomes {@code NAME} in int8 and {@code NAME_scale} (out) in
 * float32; the weight is NAME * NAME_scale. Everything else is unchanged. The part's config.json
 * describes the format under {@code quantization}.
 */
public final class Quantization {
  private static final String CONFIG = "config.json";
  private static final List<Part> PARTS = List.of(Part.TEXT_ENCODER, Part.TRANSFORMER);
  private static final Map<String, Object> NOTE =
      Map.of("bits", 8, "scheme", "symmetric, one scale per output, NAME * NAME_scale");

  private final ModelFolder model;

  /**
   * Prepares the quantization of a model.
   *
   * @param model a model with floating-point weights
   * @throws ModelException if they are quantized already
   */
  public Quantization(ModelFolder model) {
    if (model.storedDtype() == DType.INT8) {
      throw new ModelException(model.root() + " is already quantized");
    }
    this.model = model;
  }

  /**
   * Writes the folder, which appears when it is complete.
   *
   * @param target the folder to make
   * @param listener receives the progress
   * @throws dev.sana4j.files.FileException if the folder exists, the disk has too little space, or
   *     it cannot be written
   */
  public void write(Path target, ConversionListener listener) {
    List<ModelFolder.PartContents> contents = model.contents();
    long bytes =
        contents.stream()
            .mapToLong(part -> PARTS.contains(part.part()) ? part.parameters() : part.bytes())
            .sum();
    AtomicFolder.create(target, bytes, folder -> writeInto(folder, listener));
  }

  private void writeInto(Path folder, ConversionListener listener) throws IOException {
    FolderTree.copyFiles(model.root(), folder);
    for (Part part : Part.values()) {
      if (model.has(part)) {
        Path partFolder = folder.resolve(part.folder());
        if (PARTS.contains(part)) {
          Files.createDirectories(partFolder);
          copySettings(part, model.path(part), partFolder);
          writeWeights(part, partFolder, listener);
        } else {
          FolderTree.copyFiles(model.path(part), partFolder);
        }
      }
    }
  }

  private static void copySettings(Part part, Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Quantization::isSettings).sorted().toList()) {
        Files.copy(
            file, to.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Map<String, Object> settings =
        StrictJson.mapper().readValue(from.resolve(CONFIG).toFile(), new TypeReference<>() {});
    settings.put("quantization", NOTE);
    if (part == Part.TRANSFORMER) { // the name of the folder may determine it
      settings.put("timestep_scale", TransformerConfig.open(from).network().timestepScale());
    }
    ConfigWriter.write(to.resolve(CONFIG), settings);
  }

  private static boolean isSettings(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && name.endsWith(".json")
        && !name.contains(".safetensors.index")
        && !name.equals(CONFIG);
  }

  private void writeWeights(Part part, Path folder, ConversionListener listener) {
    Path file = Checkpoint.find(model.path(part), part.weights(), DType.FLOAT32);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Map<String, TensorSpec> stored = new LinkedHashMap<>();
      TensorScope.run(
          () ->
              checkpoint
                  .names()
                  .forEach(name -> stored.put(name, TensorSpec.of(name, checkpoint.tensor(name)))));
      List<TensorSpec> written = new ArrayList<>();
      stored.values().forEach(tensor -> written.addAll(written(part, tensor)));
      long total = written.stream().mapToLong(TensorSpec::bytes).sum();
      try (QuantizedElements elements =
          new QuantizedElements(checkpoint, done -> listener.onPiece(part.folder(), done, total))) {
        ShardWriter.write(folder, part.weights(), written, ShardWriter.MOST_BYTES, elements);
      }
    }
  }

  private static List<TensorSpec> written(Part part, TensorSpec stored) {
    if (!isRounded(part, stored)) {
      return List.of(stored);
    }
    return List.of(
        new TensorSpec(stored.name(), DType.INT8, stored.shape()),
        new TensorSpec(
            stored.name() + QuantizedNames.SCALE, DType.FLOAT32, List.of(stored.shape().get(0))));
  }

  /**
   * Returns whether {@code --dtype int8} rounds a tensor: weights of linear maps and 1x1
   * convolutions.
   */
  private static boolean isRounded(Part part, TensorSpec tensor) {
    String name = tensor.name();
    List<Long> shape = tensor.shape();
    boolean isMatrix =
        shape.size() == 2
            || (shape.size() == 4 && shape.get(1) > 1 && shape.get(2) == 1 && shape.get(3) == 1);
    return isMatrix
        && name.endsWith(".weight")
        && (part == Part.TEXT_ENCODER
            ? name.contains("layers.")
            : name.startsWith("transformer_blocks."));
  }
}
