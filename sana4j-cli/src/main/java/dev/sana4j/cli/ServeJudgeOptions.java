package dev.sana4j.cli;

import dev.sana4j.measure.Judge;
import dev.sana4j.tensor.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The judge of a server, which chooses the best of several images. */
final class ServeJudgeOptions implements AutoCloseable {
  @Option(
      names = "--judge",
      paramLabel = "clip|scorer|COMMAND",
      description =
          "Let requests ask for the best of several images with best_of, and choose it with this"
              + " judge: clip, the scorer of emoji scenes, or a program. It is run as COMMAND"
              + " FOLDER, reads a JSON object with image and prompt per line, and prints a number"
              + " per line. Requests cannot name another judge (default: none).")
  private @Nullable String judge;

  @Mixin private JudgeModelOptions needs;

  private @Nullable Judge opened;

  boolean isGiven() {
    return judge != null;
  }

  /** Refuses a judge without its model. */
  void check() {
    needs.check(judge);
  }

  /** Opens the judge; null if none is wanted. */
  @Nullable Judge open(Device device) {
    if (judge != null) {
      opened = needs.open(judge, device);
    }
    return opened;
  }

  /** Frees the judge. */
  @Override
  public void close() {
    JudgeModelOptions.close(opened);
    opened = null;
  }
}
