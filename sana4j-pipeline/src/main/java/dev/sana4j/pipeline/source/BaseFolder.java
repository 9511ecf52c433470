package dev.sana4j.pipeline.source;

import dev.sana4j.files.FolderTree;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.pipeline.model.ModelIndex;
import dev.sana4j.pipeline.source.CheckpointConverter.Contents;
import dev.sana4j.weights.ConfigWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A model folder of everything that a checkpoint lacks, for a conversion. */
final class BaseFolder {
  private BaseFolder() {}

  /**
   * Writes an index and a scheduler, and refers to the other parts where they are.
   *
   * @param folder the folder to create
   * @param contents the transformer
   * @param name the exact name of the checkpoint
   * @param parts the other parts, which are complete
   * @return the model folder, without the weights of a transformer
   */
  static ModelFolder create(Path folder, Contents contents, String name, PartsPlan parts)
      throws IOException {
    Files.createDirectories(folder);
    Path index = parts.index();
    boolean instruction = index == null || ModelFolder.open(index).instruction();
    ModelIndex.write(folder, PublishedParts.sampler(contents, name), instruction);
    Map<Part, Path> there = parts.folders();
    Path text = folder.resolve(Part.TEXT_ENCODER.folder());
    Path tokens = folder.resolve(Part.TOKENIZER.folder());
    ModelFolder base =
        ModelFolder.open(folder)
            .with(Part.VAE, Objects.requireNonNull(there.get(Part.VAE)))
            .with(
                Part.TEXT_ENCODER,
                textEncoder(Objects.requireNonNull(there.get(Part.TEXT_ENCODER)), text))
            .with(
                Part.TOKENIZER,
                tokenizer(Objects.requireNonNull(there.get(Part.TOKENIZER)), tokens));
    Path transformer = (index == null ? folder : index).resolve(Part.TRANSFORMER.folder());
    return Files.isRegularFile(transformer.resolve("config.json"))
        ? base.with(Part.TRANSFORMER, transformer)
        : base;
  }

  /**
   * Returns a folder with the usual names. The published mirror of the text encoder calls its
   * weights by another name.
   *
   * @param from a folder with the weights, and with or without a config
   * @param to the folder to create if the names differ
   */
  static Path textEncoder(Path from, Path to) throws IOException {
    if (ModelFolder.isNetwork(from)) {
      return from;
    }
    Files.createDirectories(to);
    try (Stream<Path> all = Files.list(from)) {
      List<Path> weights =
          all.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
      if (weights.size() != 1) {
        throw new ModelException(from + " does not contain the weights of a text encoder");
      }
      FolderTree.copyFile(weights.get(0), to.resolve("model.safetensors"));
    }
    if (Files.isRegularFile(from.resolve("config.json"))) {
      FolderTree.copyFile(from.resolve("config.json"), to.resolve("config.json"));
    } else {
      ConfigWriter.write(to.resolve("config.json"), GemmaConfig.gemma2b().settings());
    }
    return to;
  }

  /**
   * Returns a folder of only the tokenizer. In a repository of a text encoder both are together.
   *
   * @param from a folder with the tokenizer
   * @param to the folder to create if there are other files
   */
  static Path tokenizer(Path from, Path to) throws IOException {
    if (!holdsWeights(from)) {
      return from;
    }
    Files.createDirectories(to);
    try (Stream<Path> all = Files.list(from)) {
      for (Path file : all.filter(BaseFolder::isOfTokenizer).sorted().toList()) {
        FolderTree.copyFile(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  private static boolean holdsWeights(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.anyMatch(file -> file.toString().endsWith(".safetensors"));
    }
  }

  private static boolean isOfTokenizer(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.startsWith("tokenizer") || name.equals("special_tokens_map.json");
  }
}
