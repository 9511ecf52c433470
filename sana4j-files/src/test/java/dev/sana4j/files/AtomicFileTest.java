package dev.sana4j.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sana4j.files.AtomicFile.Mode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;

  private void write(Mode mode, String text) throws IOException {
    AtomicFile.write(folder.resolve("file"), mode, out -> out.write(text.getBytes(UTF_8)));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void anOldFileIsReplacedOrKept() throws IOException {
    write(Mode.CREATE, "first");
    write(Mode.REPLACE, "second");
    assertThatThrownBy(() -> write(Mode.CREATE, "third"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(folder.resolve("file")).hasContent("second");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void whileAFileIsWrittenTheOldOneIsThere() throws IOException {
    write(Mode.CREATE, "old");
    AtomicFile.write(
        folder.resolve("file"),
        Mode.REPLACE,
        out -> {
          out.write("new".getBytes(UTF_8));
          out.flush();
          assertThat(folder.resolve("file")).hasContent("old");
        });
    assertThat(folder.resolve("file")).hasContent("new");
  }

  @Test
  void afterAFailureNothingIsLeft() throws IOException {
    write(Mode.CREATE, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    folder.resolve("file"),
                    Mode.REPLACE,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }))
        .hasMessageContaining("No space left");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    folder.resolve("file"),
                    Mode.REPLACE,
                    out -> {
                      throw new IllegalStateException("stopped");
                    }))
        .hasMessage("stopped");
    assertThat(folder.resolve("file")).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void withoutItsFolderAFileCannotBeWritten() {
    assertThatThrownBy(
            () -> AtomicFile.write(folder.resolve("no/file"), Mode.CREATE, out -> out.write(1)))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void anInterruptedThreadWritesToTheEnd() throws IOException {
    Thread.currentThread().interrupt();
    write(Mode.CREATE, "whole");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(folder.resolve("file")).hasContent("whole");
  }

  @Test
  void theTemporaryNameIsNoLongerThanALongNameAllows() throws IOException {
    Path longest = folder.resolve("x".repeat(255));
    AtomicFile.write(longest, Mode.CREATE, out -> out.write(1));
    assertThat(longest).exists();
  }

  @Test
  void oldTemporaryFilesOfKilledProcessesAreDeleted() throws IOException {
    long mine = ProcessHandle.current().pid();
    Path old = leftover(".sana4j-999999999999-1.partial", 3600);
    Path recent = leftover(".sana4j-999999999999-2.partial", 5);
    Path alive = leftover(".sana4j-" + mine + "-999.partial", 3600);
    Path other = leftover(".file.partial", 3600);
    write(Mode.CREATE, "new");
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
    assertThat(alive).exists();
    assertThat(other).exists();
  }

  @Test
  void aTemporaryFileOfAKilledProcessOfThisMachineIsDeletedImmediately() throws IOException {
    assumeFalse(ProcessSpace.NAME.isEmpty(), "only on Linux");
    Path killed = leftover(".sana4j-999999999999-1-" + ProcessSpace.NAME + ".partial", 0);
    Path elsewhere = leftover(".sana4j-999999999999-1-00000000.partial", 0);
    write(Mode.CREATE, "new");
    assertThat(killed).doesNotExist();
    assertThat(elsewhere).exists();
  }

  private Path leftover(String name, long secondsAgo) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
  }

  @Test
  void ofManyWritersOneWinsWhole() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String text = Integer.toString(i % 10).repeat(100_000);
        all.add(
            threads.submit(
                () -> {
                  write(Mode.REPLACE, text);
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    String text = Files.readString(folder.resolve("file"));
    assertThat(text).hasSize(100_000).isEqualTo(text.substring(0, 1).repeat(100_000));
    assertThat(names()).containsExactly("file");
  }
}
