package dev.sana4j.pipeline.source;

import dev.sana4j.files.FolderTree;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.NetworkFolder;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.pipeline.model.ModelIndex;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.weights.ConfigWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A model folder of everything that a checkpoint lacks, for a conversion. */
final class BaseFolder {
  private BaseFolder() {}

  /**
   * Writes an index and a scheduler, and parts whose files have other names or are mixed with
   * others.
   *
   * @param folder the folder to create
   * @param sampler the sampler of the transformer
   * @param parts the other parts, which are complete
   */
  static void create(Path folder, SamplerConfig sampler, PartsPlan parts) throws IOException {
    Files.createDirectories(folder);
    Path index = parts.index();
    boolean instruction = index == null || ModelFolder.open(index).instruction();
    ModelIndex.write(folder, sampler, instruction);
    Path text = folder.resolve(Part.TEXT_ENCODER.folder());
    Path tokens = folder.resolve(Part.TOKENIZER.folder());
    var unusedText = textEncoder(parts.folder(Part.TEXT_ENCODER), text);
    var unusedTokens = tokenizer(parts.folder(Part.TOKENIZER), tokens);
  }

  /**
   * Opens a folder that {@link #create} wrote, with the other parts where they are.
   *
   * @return the model folder, without the weights of a transformer
   */
  static ModelFolder open(Path folder, PartsPlan parts) {
    ModelFolder base = ModelFolder.open(folder);
    for (Part part : PartsPlan.NEEDED) {
      if (!Files.isDirectory(folder.resolve(part.folder()))) {
        base = base.with(part, parts.folder(part));
      }
    }
    Path index = parts.index();
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
    if (NetworkFolder.isComplete(from)) {
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

  /** Returns whether a folder contains a complete part directly, without a folder for it. */
  static boolean isFlat(Path folder, Part part) {
    if (part == Part.TOKENIZER) {
      return Files.isRegularFile(folder.resolve("tokenizer.json"));
    }
    if (NetworkFolder.part(folder).equals(Optional.of(part)) && NetworkFolder.isComplete(folder)) {
      return true;
    }
    try {
      return part == Part.TEXT_ENCODER
          && Files.isRegularFile(folder.resolve("tokenizer.json"))
          && holdsWeights(folder);
    } catch (IOException e) {
      return false;
    }
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
