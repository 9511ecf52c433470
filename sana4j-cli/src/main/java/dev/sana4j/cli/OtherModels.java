package dev.sana4j.cli;

import dev.sana4j.files.IoReason;
import dev.sana4j.files.SanaException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.ModelLocator.Located;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.jobs.PipelineModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the configs of the models that a server has in addition to its default model. */
final class OtherModels {
  private static final Logger LOG = LoggerFactory.getLogger(OtherModels.class);
  private static final Pattern NAME = Pattern.compile("[^/\\\\\\p{Cntrl}]{1,200}");

  private final @Nullable Path folder;
  private final ComputeOptions compute;
  private final LongSupplier available;
  private final Set<String> warnings = new HashSet<>();
  private final Set<String> own = new HashSet<>();

  /**
   * Searches a folder of model folders; null for none.
   *
   * @param available returns the free memory in bytes
   */
  OtherModels(@Nullable Path folder, ComputeOptions compute, LongSupplier available) {
    this.folder = folder;
    this.compute = compute;
    this.available = available;
  }

  static boolean isName(String text) {
    return !text.isBlank() && NAME.matcher(text).matches();
  }

  /** Returns a model that the user named, downloading it if necessary. */
  PipelineModel named(String name, String model) {
    return model(name, ModelNames.locate(model, compute.stored()).open(), 0);
  }

  /**
   * Returns the models in the folder, in the order of their names. Folders that are not models are
   * skipped with a warning, once.
   *
   * @param known names that exist already
   * @param freed bytes that are free after the loaded models were unloaded, in addition to those
   *     that are free now
   */
  synchronized List<PipelineModel> find(Set<String> known, long freed) {
    List<PipelineModel> found = new ArrayList<>();
    for (Path path : folders()) {
      String name = String.valueOf(path.getFileName());
      if (known.contains(name)) {
        tellOther(path, name);
        continue;
      }
      try {
        found.add(model(name, new Located(path.toString(), path).open(), freed));
        own.add(name);
      } catch (SanaException | UncheckedIOException e) {
        warn(path, String.valueOf(e.getMessage()));
      }
    }
    return found;
  }

  private void tellOther(Path path, String name) {
    if (!own.contains(name)) {
      warn(path, "another model is named " + name);
    }
  }

  private List<Path> folders() {
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .filter(path -> isName(String.valueOf(path.getFileName())))
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      warn(folder, IoReason.of(e));
      return List.of();
    }
  }

  private void warn(Path path, String reason) {
    if (warnings.add(path + reason)) {
      LOG.warn("skipped {}: {}", path, reason);
    }
  }

  private PipelineModel model(String name, ModelFolder opened, long freed) {
    ModelConfig config = ModelConfig.read(opened);
    long memory = available.getAsLong() + freed;
    DTypeOption.Precision precision = compute.precision(config, memory);
    PipelineModel model = PipelineModel.of(name, config, precision.dtype(), compute.device());
    model.requireMemory(memory);
    config.notes().forEach(note -> LOG.warn("{}: {}", name, note));
    if (!precision.line().isEmpty()) {
      LOG.info("{}: {}", name, precision.line());
    }
    return model;
  }
}
