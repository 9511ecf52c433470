package dev.sana4j.cli;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.SanaException;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Generates the images of a list of prompts with one model. An existing file is skipped, so that a
 * run that was stopped can be repeated; a line that is refused does not end the others.
 */
final class PromptBatch implements AutoCloseable {
  private static final double NANOS = 1e9;

  /** Maximum number of different notes that are shown, each once. */
  private static final int MOST_NOTES = 100;

  private final Job job;
  private final CommandLine command;
  private final OutputOptions output;
  private final BestOfOptions bestOf;
  private final BatchFiles files;
  private final Set<String> shown = new HashSet<>();
  private @Nullable SanaPipeline pipeline;
  private long written;
  private long skipped;
  private long failed;

  /**
   * What a list needs from the command.
   *
   * @param list name of the list in messages
   * @param requests returns the request of a line
   * @param notes returns notes about a request
   * @param model loads the model; called when the first image is needed
   */
  record Job(
      String list,
      Function<PromptLine, GenerationRequest> requests,
      Function<GenerationRequest, List<String>> notes,
      Supplier<SanaPipeline> model) {}

  PromptBatch(Job job, CommandLine command, OutputOptions output, BestOfOptions bestOf) {
    this.job = job;
    this.command = command;
    this.output = output;
    this.bestOf = bestOf;
    this.files = output.batchFiles();
  }

  /**
   * Generates all images.
   *
   * @return the exit status: 0, or {@link Sana#FAILED} if a line failed
   */
  int run(PromptLines lines) {
    AtomicFile.deleteLeftovers(files.folder().toAbsolutePath());
    try {
      for (Supplier<PromptLine> line = lines.next(); line != null; line = lines.next()) {
        run(line, lines.number());
      }
    } catch (IOException e) {
      throw new FailureException(job.list() + " cannot be read: " + IoReason.of(e));
    }
    note(
        "%d images written, %d skipped because they exist, %d lines failed"
            .formatted(written, skipped, failed));
    return failed == 0 ? 0 : Sana.FAILED;
  }

  private void run(Supplier<PromptLine> line, long number) {
    try {
      PromptLine parsed = line.get();
      GenerationRequest request = job.requests().apply(parsed);
      List<Path> targets = files.of(parsed, request.images());
      for (int i = 0; i < targets.size(); i++) {
        make(request.single(i), targets.get(i), number);
      }
    } catch (SanaException e) {
      if (!e.isRefusal()) {
        throw e; // such as a full disk, which ends all lines
      }
      failed++;
      command.getErr().println("sana: " + at(number) + Sana.message(e, command));
    }
  }

  private void make(GenerationRequest request, Path target, long line) {
    if (isMade(target)) {
      skipped++;
      return;
    }
    List<String> notes = job.notes().apply(request);
    notes.stream()
        .filter(note -> shown.size() < MOST_NOTES && shown.add(note))
        .forEach(note -> note(at(line) + note));
    SanaPipeline loaded = model();
    long start = System.nanoTime();
    try (StepProgress progress = new StepProgress("line " + line, detail())) {
      bestOf.generate(
          loaded,
          request,
          progress,
          (image, choice) -> {
            double seconds = (System.nanoTime() - start) / NANOS;
            List<String> all = ImageReport.joined(notes, progress.notes());
            output.write(image, target, new ImageReport(line, seconds, all, choice));
            bestOf.writePairs(choice, target);
          });
      written++;
    } catch (SanaException e) {
      if (!isMade(target)) {
        throw e;
      }
      skipped++; // another process has made it
    }
  }

  /** Shows progress only as a bar, since lines about steps would hide the notes. */
  private StepProgress.Detail detail() {
    if (output.isQuiet()) {
      return StepProgress.Detail.NOTHING;
    }
    return Terminal.isStandardError() ? StepProgress.Detail.ALL : StepProgress.Detail.NOTES;
  }

  private boolean isMade(Path target) {
    return !output.overwrites() && Files.isRegularFile(target);
  }

  private SanaPipeline model() {
    if (pipeline == null) {
      pipeline = job.model().get();
    }
    return pipeline;
  }

  private String at(long line) {
    return job.list() + ", line " + line + ": ";
  }

  private void note(String text) {
    output.notes().println("sana: " + Sana.oneLine(text));
    output.notes().flush();
  }

  @Override
  public void close() {
    if (pipeline != null) {
      pipeline.close();
    }
  }
}
