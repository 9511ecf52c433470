package dev.sana4j.pipeline.source;

import dev.sana4j.files.FolderTree;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.ModelIndex;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.pipeline.source.CheckpointConverter.Contents;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.weights.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A transformer in the diffusers layout without the other parts of a model. */
final class TransformerFolder {
  private TransformerFolder() {}

  static Contents contents(Path folder) {
    SanaConfig config = SanaConfig.read(ConfigFile.read(folder.resolve("config.json")));
    return new Contents(Set.of(Part.TRANSFORMER), config.qkNorm(), config.guidanceEmbedding(), 0);
  }

  /**
   * Writes a model folder with links to the files of all parts.
   *
   * @param transformer folder of the transformer
   * @param base the other parts
   * @param target the folder to create
   */
  static void assemble(Path transformer, ModelFolder base, Path target) throws IOException {
    Files.createDirectories(target);
    FolderTree.copyFiles(transformer, target.resolve(Part.TRANSFORMER.folder()));
    for (Part part : List.of(Part.TOKENIZER, Part.TEXT_ENCODER, Part.VAE)) {
      FolderTree.copyFiles(base.path(part), target.resolve(part.folder()));
    }
    ModelIndex.write(target, SamplerConfig.read(base), base.instruction());
    ModelConfig.read(ModelFolder.open(target)); // refuses parts that do not fit
  }
}
