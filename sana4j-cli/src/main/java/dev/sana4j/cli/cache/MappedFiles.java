package dev.sana4j.cli.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The files that running processes have mapped: loaded libraries and the weights of open models.
 * Known on Linux, for the processes that this user may inspect.
 *
 * @param paths absolute paths
 */
record MappedFiles(Set<String> paths) {
  private static final Path PROCESSES = Path.of("/proc");

  /** Reads the mapped files of all processes; empty where the system does not list them. */
  static MappedFiles ofAllProcesses() {
    Set<String> paths = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        addTo(paths, process.resolve("maps"));
      }
    } catch (IOException e) {
      return new MappedFiles(Set.of());
    }
    return new MappedFiles(paths);
  }

  private static void addTo(Set<String> paths, Path maps) {
    try {
      String text = new String(Files.readAllBytes(maps), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> line.indexOf('/') >= 0)
          .forEach(line -> paths.add(line.substring(line.indexOf('/'))));
    } catch (IOException e) {
      // The process has ended, or belongs to another user.
    }
  }

  /** Returns whether a process uses a file, or a file in a folder. */
  boolean contains(Path path) throws IOException {
    String real = path.toRealPath().toString();
    return paths.stream().anyMatch(used -> used.equals(real) || used.startsWith(real + "/"));
  }
}
