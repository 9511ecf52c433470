package dev.sana4j.cli;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.server.ServerException;
import dev.sana4j.server.jobs.ModelAliases;
import dev.sana4j.server.jobs.ModelPool;
import dev.sana4j.server.jobs.PipelineModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The models of a server in addition to its default model, and their names and memory. */
final class ServeModelOptions {
  private static final Logger LOG = LoggerFactory.getLogger(ServeModelOptions.class);
  private static final double GIB = 1L << 30;

  @Option(
      names = "--models-dir",
      paramLabel = "DIR",
      description =
          "Also serve every model folder directly in DIR, under the name of the folder. Folders"
              + " that are not models are skipped with a warning (default: none).")
  private @Nullable Path modelsDir;

  @Option(
      names = "--other-models",
      paramLabel = "NAME=MODEL",
      split = ",",
      description =
          "Also serve these models, each under a name and given like --model; separated by commas"
              + " (default: none).")
  private List<String> otherModels = List.of();

  @Option(
      names = "--model-memory",
      paramLabel = "GIB",
      description =
          "Memory for the weights of loaded models in GiB. Models are loaded when they are used; if"
              + " they do not fit, those that were not used for the longest time are unloaded. A"
              + " model that needs more is loaded after all others are unloaded (default: the free"
              + " memory, less that of one image;"
              + " no limit on a GPU).")
  private @Nullable Double modelMemory;

  @Option(
      names = "--model-aliases",
      paramLabel = "NAME[=MODEL]",
      split = ",",
      description =
          "Further names of models, separated by commas; without MODEL, of the default model. The"
              + " names of OpenAI's image models, such as gpt-image-1 and dall-e-3, always mean the"
              + " default model, unless none is given here (default: no further names).")
  private List<String> modelAliases = List.of();

  ModelAliases aliases() {
    try {
      return ModelAliases.of(modelAliases);
    } catch (IllegalArgumentException e) {
      throw new ServerException("--model-aliases: " + e.getMessage());
    }
  }

  /** Refuses wrong options before a model is opened. */
  void check() {
    if (modelsDir != null && !Files.isDirectory(modelsDir)) {
      throw new ServerException("--models-dir " + modelsDir + " is not a folder");
    }
    if (modelMemory != null && !(modelMemory > 0 && modelMemory <= 1 << 20)) {
      throw new ServerException(
          "--model-memory " + modelMemory + " is not above 0 and at most " + (1 << 20));
    }
    var unused = named();
    var unusedAliases = aliases();
  }

  private Map<String, String> named() {
    Map<String, String> named = new LinkedHashMap<>();
    for (String text : otherModels) {
      String[] parts = text.split("=", 2);
      if (parts.length < 2 || parts[1].isBlank() || !OtherModels.isName(parts[0])) {
        throw new ServerException("--other-models '" + text + "' is not NAME=MODEL");
      }
      if (named.put(parts[0], parts[1]) != null) {
        throw new ServerException("--other-models names " + parts[0] + " twice");
      }
    }
    return named;
  }

  /** Returns all models; none is loaded yet. */
  ModelPool pool(PipelineModel standard, ComputeOptions compute) {
    OtherModels others = new OtherModels(modelsDir, compute, ProcessMemory::available);
    List<PipelineModel> models = new ArrayList<>(List.of(standard));
    named()
        .forEach(
            (name, model) -> {
              if (name.equals(standard.card().id())) {
                throw new ServerException(
                    "--other-models: " + name + " is already the name of the default model");
              }
              models.add(others.named(name, model));
            });
    Set<String> known = new HashSet<>();
    models.forEach(model -> known.add(model.card().id()));
    models.addAll(others.find(known, 0));
    long budget = budget(models);
    if (models.size() > 1) {
      LOG.info(
          "{} models share {} of memory",
          models.size(),
          budget == Long.MAX_VALUE ? "all" : String.format(Locale.ROOT, "%.1f GiB", budget / GIB));
    }
    return new ModelPool(models, budget, others::find);
  }

  private long budget(List<PipelineModel> models) {
    if (modelMemory != null) {
      return (long) (modelMemory * GIB);
    }
    if (!models.get(0).device().isCpu()) {
      return Long.MAX_VALUE;
    }
    long working = models.stream().mapToLong(model -> model.memory().working()).max().orElse(0);
    return Math.max(0, ProcessMemory.available() - working);
  }
}
