package dev.sana4j.train.loop;

import dev.sana4j.files.IoReason;
import dev.sana4j.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of a training: the last few files {@code step-0000000500.safetensors} and so on.
 */
public final class Checkpoints {
  private static final Pattern NAME = Pattern.compile("step-(\\d{10})\\.safetensors");

  private final Path folder;
  private final int keep;

  public Checkpoints(Path folder, int keep) {
    this.folder = folder;
    this.keep = keep;
  }

  /** Writes a checkpoint, then deletes the oldest ones. */
  Path write(TrainingState state) {
    Path file = folder.resolve("step-%010d.safetensors".formatted(state.progress().step()));
    try {
      Files.createDirectories(folder);
      state.write(file);
      List<Path> all = all();
      for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
        Files.delete(old);
      }
    } catch (IOException e) {
      throw new TrainingException(
          "checkpoints in " + folder + " cannot be changed: " + IoReason.of(e), e);
    }
    return file;
  }

  /** Returns the newest checkpoint, or empty if there is none. */
  public Optional<Path> last() {
    try {
      List<Path> all = all();
      return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    } catch (IOException e) {
      throw new TrainingException(
          "checkpoints in " + folder + " cannot be listed: " + IoReason.of(e), e);
    }
  }

  private List<Path> all() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> matcher(file).matches() && Files.isRegularFile(file))
          .forEach(found::add);
    }
    found.sort(Comparator.comparing(Path::getFileName));
    return found;
  }

  private static Matcher matcher(Path file) {
    return NAME.matcher(String.valueOf(file.getFileName()));
  }
}
