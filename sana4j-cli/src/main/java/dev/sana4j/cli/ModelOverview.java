package dev.sana4j.cli;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.ModelFolder.PartContents;
import dev.sana4j.folder.NetworkFolder;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.NetworkDtypes;
import dev.sana4j.pipeline.model.PrecisionChoice;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.WeightVariants;
import dev.sana4j.weights.WeightVariants.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The lines of {@code sana inspect} about a model folder, or about the folder of a part. */
final class ModelOverview {
  private static final String ROW = "%-14s %-32s %15s %16s  %s";
  private static final double GIB = 1L << 30;

  private final List<String> table = new ArrayList<>();
  private final List<String> variants = new ArrayList<>();
  private long parameters;
  private long bytes;

  private ModelOverview() {
    table.add(row("part", "class", "parameters", "bytes", "dtypes and files"));
  }

  /**
   * Describes a model and what {@code generate} does with it on this machine.
   *
   * @param folder the model
   * @param settings changes its config as the options ask for
   * @return the lines
   */
  static List<String> of(ModelFolder folder, UnaryOperator<ModelConfig> settings) {
    DType dtype = DType.FLOAT32;
    List<String> use = new ArrayList<>();
    try {
      ModelConfig config = settings.apply(ModelConfig.read(folder));
      PrecisionChoice choice = PrecisionChoice.choose(config, Device.CPU);
      dtype = choice.dtype();
      use.addAll(config.notes());
      use.add(choice.line());
      use.add(memory(config, dtype));
    } catch (ModelException | CheckpointException e) {
      use.add("sana4j cannot use this model: " + e.getMessage());
    }
    ModelOverview overview = new ModelOverview();
    for (Part part : Part.values()) {
      if (folder.has(part)) {
        overview.add(folder, part, dtype(part, dtype));
      }
    }
    List<String> lines = new ArrayList<>(List.of(folder.pipelineClass()));
    lines.addAll(overview.table);
    lines.add(row("total", "", grouped(overview.parameters), grouped(overview.bytes), ""));
    lines.addAll(overview.variants);
    lines.addAll(use);
    return lines;
  }

  /** Describes the folder of a part; empty if it is not one. */
  static Optional<List<String>> ofPart(Path folder) {
    return NetworkFolder.contents(folder, DType.FLOAT32)
        .map(
            part -> {
              ModelOverview overview = new ModelOverview();
              String base = part.part().weights();
              Path used = WeightVariants.find(folder, base, DType.FLOAT32);
              overview.add(part, used, WeightVariants.in(folder, base));
              List<String> lines = new ArrayList<>(overview.table);
              lines.addAll(overview.variants);
              lines.add(
                  "this is only the " + part.part().folder() + " of a model, not a whole model");
              return lines;
            });
  }

  /** Returns the dtype in which a part of a model computes. */
  private static DType dtype(Part part, DType dtype) {
    return part == Part.TRANSFORMER || part == Part.CONTROLNET
        ? NetworkDtypes.transformer(dtype)
        : NetworkDtypes.encoderDtype(dtype);
  }

  private void add(ModelFolder folder, Part part, DType wanted) {
    PartContents contents = folder.contents(part, wanted);
    if (part.weights().isEmpty()) {
      table.add(row(part.folder(), contents.className(), "-", "-", "-"));
    } else {
      Path used = WeightVariants.find(folder.path(part), part.weights(), wanted);
      add(contents, used, WeightVariants.in(folder.path(part), part.weights()));
    }
  }

  private void add(PartContents part, Path used, List<Variant> all) {
    parameters += part.parameters();
    bytes += part.bytes();
    String name = part.part().folder();
    table.add(
        row(
            name,
            part.className(),
            grouped(part.parameters()),
            grouped(part.bytes()),
            dtypes(part) + " " + used.getFileName()));
    List<String> others =
        all.stream()
            .filter(variant -> !variant.file().equals(used))
            .map(variant -> variant.file().getFileName() + state(variant))
            .toList();
    if (!others.isEmpty()) {
      variants.add("not used in " + name + "/: " + String.join(", ", others));
    }
  }

  private static String state(Variant variant) {
    if (!variant.isKnown()) {
      return " (an unknown variant)";
    }
    return variant.isWhole() ? "" : " (incomplete)";
  }

  private static String memory(ModelConfig config, DType dtype) {
    GenerationRequest request = config.request("an image").build();
    return "an image of %s in %s needs about %s of memory; %s are free"
        .formatted(
            request.size(),
            dtype,
            gib(config.memory(request, dtype)),
            gib(ProcessMemory.available()));
  }

  private static String dtypes(PartContents part) {
    String types =
        part.bytesByDtype().size() == 1
            ? part.bytesByDtype().keySet().iterator().next()
            : part.bytesByDtype().entrySet().stream()
                .map(entry -> entry.getKey() + " " + grouped(entry.getValue()))
                .collect(Collectors.joining(", "));
    return part.files() == 1 ? types + " in" : types + " in " + part.files() + " files of";
  }

  private static String row(
      String part, String className, String parameters, String bytes, String files) {
    return ROW.formatted(part, className, parameters, bytes, files).stripTrailing();
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }
}
