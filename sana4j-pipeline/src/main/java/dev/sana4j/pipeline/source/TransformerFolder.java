package dev.sana4j.pipeline.source;

import dev.sana4j.files.FolderTree;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.ModelIndex;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.pipeline.source.CheckpointConverter.Contents;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.TransformerConfig;
import dev.sana4j.weights.ConfigWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A transformer in the diffusers layout without the other parts of a model. */
final class TransformerFolder {
  private TransformerFolder() {}

  static Contents contents(Path folder) {
    SanaConfig config = TransformerConfig.open(folder).network();
    return new Contents(Set.of(Part.TRANSFORMER), config.qkNorm(), config.guidanceEmbedding(), 0);
  }

  /**
   * Writes a model folder with links to the files of all parts.
   *
   * @param transformer folder of the transformer
   * @param base the other parts
   * @param target the folder to create
   * @return at most one line about a missing timestep scale
   */
  static List<String> assemble(Path transformer, ModelFolder base, Path target) throws IOException {
    Files.createDirectories(target);
    Path copy = target.resolve(Part.TRANSFORMER.folder());
    FolderTree.copyFiles(transformer, copy);
    TransformerConfig config = TransformerConfig.open(transformer);
    if (!config.isTimestepScaleOfFile()) { // the name of the folder determined it
      ConfigWriter.write(copy.resolve("config.json"), config.network().settings());
    }
    for (Part part : List.of(Part.TOKENIZER, Part.TEXT_ENCODER, Part.VAE)) {
      FolderTree.copyFiles(base.path(part), target.resolve(part.folder()));
    }
    ModelIndex.write(target, SamplerConfig.read(base), base.instruction());
    var unused = ModelConfig.read(ModelFolder.open(target)); // refuses parts that do not fit
    return config.notes();
  }
}
