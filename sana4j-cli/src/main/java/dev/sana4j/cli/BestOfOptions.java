package dev.sana4j.cli;

import dev.sana4j.measure.BestOf;
import dev.sana4j.measure.BestOf.Scored;
import dev.sana4j.measure.Judge;
import dev.sana4j.measure.PreferencePairs;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.Device;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Keeps the best of several images. */
final class BestOfOptions {
  @Option(
      names = "--best-of",
      paramLabel = "N",
      description =
          "Make N images, 2 to 1000, each with its own seed, and keep the one that the judge scores"
              + " highest. Its score and seed are in the metadata of the PNG.")
  private @Nullable Integer count;

  @Option(
      names = "--judge",
      paramLabel = "clip|scorer|COMMAND",
      description =
          "Judge for --best-of: clip, the scorer of emoji scenes, or a program. It is run as"
              + " COMMAND FOLDER, reads a JSON object with image and prompt per line, and prints a"
              + " number per line.")
  private @Nullable String judge;

  @Mixin private JudgeModelOptions needs;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description =
          "Also write the images that --best-of drops, and append pairs of kept and dropped images"
              + " to this file, as JSON lines.")
  private @Nullable Path pairs;

  private @Nullable Judge opened;

  /** Refuses options that do not fit together. */
  void check() {
    Integer asked = count;
    boolean isGiven = asked != null;
    if (asked != null && (asked < 2 || asked > 1000)) {
      throw new RequestException("--best-of must be 2 to 1000, but was " + asked);
    }
    if (isGiven != (judge != null)) {
      throw new RequestException("--best-of N and --judge belong together; give both");
    }
    if (pairs != null && !isGiven) {
      throw new RequestException("--pairs needs --best-of N and --judge");
    }
    if (pairs != null) {
      OutputFile.checkWritable(pairs);
    }
    needs.check(judge);
  }

  /** Refuses a request for several images. */
  void check(GenerationRequest request) {
    if (count != null && request.images() != 1) {
      throw new RequestException(
          "--best-of keeps one image, but the request has " + request.images());
    }
  }

  /** Opens the judge, before the weights of the model are read. */
  void open(Device device) {
    if (judge != null && opened == null) {
      opened = needs.open(judge, device);
    }
  }

  /**
   * Generates the images of a request, or the best of several. The consumer also receives the
   * choice, null without one.
   */
  void generate(
      SanaPipeline pipeline,
      GenerationRequest request,
      GenerationListener listener,
      BiConsumer<GeneratedImage, BestOf.@Nullable Choice> images) {
    if (count == null || opened == null) {
      pipeline.generate(request, listener, image -> images.accept(image, null));
      return;
    }
    BestOf.Choice choice = new BestOf(opened, count).choose(pipeline, request, listener);
    images.accept(choice.best().image(), choice);
  }

  /** Writes the dropped images next to the kept one, if pairs are wanted. */
  void writePairs(BestOf.@Nullable Choice choice, Path target) {
    if (choice == null || pairs == null) {
      return;
    }
    String name = String.valueOf(target.getFileName());
    int dot = name.lastIndexOf('.');
    for (Scored dropped : choice.dropped()) {
      String ending = dot > 0 ? name.substring(dot) : ".png";
      String stem = dot > 0 ? name.substring(0, dot) : name;
      Path file = target.resolveSibling(stem + "-seed-" + dropped.seed() + ending);
      dropped.image().write(file, true);
      new PreferencePairs(pairs).add(choice, target, dropped, file);
    }
  }

  /** Frees the judge. */
  void close() {
    JudgeModelOptions.close(opened);
    opened = null;
  }
}
