package dev.sana4j.cli;

import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.measure.BestOf;
import dev.sana4j.measure.SeedRanking;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where generated images are written, and what is printed about them. */
final class OutputOptions {
  private static final String STANDARD_OUTPUT = "-";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Output file, PNG, JPEG or WebP by extension; several images are numbered (default:"
              + " sana-SEED.png). - writes one image to standard output. With --prompts: a folder,"
              + " or a file name into which the numbers of the lines are inserted (default:"
              + " sana-LINE.png).")
  private @Nullable Path output;

  @Option(
      names = "--format",
      paramLabel = "KIND",
      description =
          "Format with -o - and in a folder of --prompts: png, jpeg or webp (default: png).")
  private @Nullable ImageFormat format;

  @Option(
      names = "--overwrite",
      description = "Replace existing files; without it, --prompts skips them.")
  private boolean overwrite;

  @Option(names = "--no-metadata", description = "Do not store the request in the PNG.")
  private boolean noMetadata;

  @Option(
      names = "--json",
      description = "Print a JSON object per image instead of its path, one per line.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no progress and no notes on standard error, only errors.")
  private boolean quiet;

  boolean isQuiet() {
    return quiet;
  }

  boolean overwrites() {
    return overwrite;
  }

  /** Returns the writer for notes: standard error, or nothing with {@code --quiet}. */
  PrintWriter notes() {
    return quiet ? new PrintWriter(Writer.nullWriter()) : command.commandLine().getErr();
  }

  private boolean isStandardOutput() {
    return output != null && output.toString().equals(STANDARD_OUTPUT);
  }

  /** Refuses combinations for which no file has to be known. */
  void require(boolean isBatch) {
    if (isStandardOutput()) {
      requireStandardOutput(isBatch);
    } else if (format != null && !isBatch) {
      throw new RequestException(
          "--format needs -o - or --prompts; otherwise the extension of the file is the format");
    }
  }

  private void requireStandardOutput(boolean isBatch) {
    if (isBatch) {
      throw new RequestException("-o - writes one image; give -o a folder for those of --prompts");
    }
    if (json) {
      throw new RequestException("give -o - or --json, not both; both use standard output");
    }
    if (Terminal.isStandardOutput()) {
      throw new RequestException(
          "-o - does not write an image to a terminal; redirect it, for example > image.png");
    }
  }

  /** Returns the files of a list of prompts; creates their folder. */
  BatchFiles batchFiles() {
    BatchFiles files = BatchFiles.of(output, Objects.requireNonNullElse(format, ImageFormat.PNG));
    if (!files.folder().toString().isEmpty()) {
      OutputFolder.create(files.folder());
    }
    return files;
  }

  /**
   * Returns the writable output files of a request; several have a number before the extension.
   *
   * @return one per image; {@code -} for standard output
   */
  List<Path> targets(GenerationRequest request) {
    if (isStandardOutput()) {
      if (request.images() != 1) {
        throw new RequestException(
            "-o - writes one image, but the request has " + request.images());
      }
      return List.of(Path.of(STANDARD_OUTPUT));
    }
    List<Path> targets = files(request);
    targets.forEach(target -> ImageFiles.checkWritable(target, overwrite));
    return targets;
  }

  private List<Path> files(GenerationRequest request) {
    Path base = output == null ? Path.of("sana-" + request.seed() + ".png") : output;
    if (request.images() == 1) {
      return List.of(base);
    }
    var unused = ImageFormat.of(base); // rejects a name without an extension
    String name = base.getFileName().toString();
    int dot = name.lastIndexOf('.');
    List<Path> numbered = new ArrayList<>();
    for (int i = 1; i <= request.images(); i++) {
      numbered.add(base.resolveSibling(name.substring(0, dot) + "-" + i + name.substring(dot)));
    }
    return numbered;
  }

  /** Writes an image and prints its path, or an object about it. */
  void write(GeneratedImage image, Path target, ImageReport report) {
    Map<String, String> texts = noMetadata ? Map.of() : texts(image, report);
    if (isStandardOutput()) {
      ImageFormat kind = Objects.requireNonNullElse(format, ImageFormat.PNG);
      byte[] file =
          new ImageEncoding(kind, ImageEncoding.DEFAULT_QUALITY, texts, null).bytes(image.pixels());
      print(file);
      return;
    }
    ImageFiles.write(image.pixels(), target, new WriteOptions(texts, overwrite));
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      print(report.json(image, target));
    } else {
      out.println(target);
      out.flush();
    }
  }

  private static Map<String, String> texts(GeneratedImage image, ImageReport report) {
    Map<String, String> texts = new LinkedHashMap<>(image.provenance().texts());
    BestOf.Choice choice = report.choice();
    if (choice != null) {
      texts.put(SeedRanking.KEY, choice.json());
    }
    return texts;
  }

  /** Writes bytes to standard output, whatever the character set of the locale is. */
  private static void print(byte[] bytes) {
    System.out.write(bytes, 0, bytes.length);
    if (System.out.checkError()) { // flushes
      throw new FailureException(
          "standard output cannot be written: its reader has closed it, or the disk is full");
    }
  }
}
