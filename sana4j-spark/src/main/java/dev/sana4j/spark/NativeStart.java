package dev.sana4j.spark;

import dev.sana4j.files.IoReason;
import dev.sana4j.files.ProcessLock;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.NativeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads the native libraries, one process of a machine after another: the first one unpacks them,
 * and a process that loads a library that is being unpacked crashes.
 */
final class NativeStart {
  private static final String LOCK = ".sana4j.lock";

  private NativeStart() {}

  /** Loads the libraries and sets the threads, if the processor computes. */
  static void load(TaskPlace place) {
    try {
      Path folder = Files.createDirectories(NativeFiles.folder());
      ProcessLock.hold(
          folder.resolve(LOCK),
          () -> {},
          () -> {
            if (place.device().isCpu()) {
              Libtorch.threads(place.threads());
            } else {
              Libtorch.require(place.device());
            }
          });
    } catch (IOException e) {
      throw BatchException.failure(
          "the native libraries cannot be unpacked in "
              + NativeFiles.folder()
              + ": "
              + IoReason.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BatchException.failure("the task was stopped");
    }
  }
}
