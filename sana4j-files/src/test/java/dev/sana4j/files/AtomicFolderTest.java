package dev.sana4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.files.AtomicFile.Mode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir private Path root;

  private Path model() {
    return root.resolve("model");
  }

  private static AtomicFolder.Content content(String text) {
    return folder -> {
      Files.writeString(Files.createDirectory(folder.resolve("part")).resolve("weights"), text);
    };
  }

  private void holdsOnly(String text) {
    assertThat(root.toFile().list()).containsExactly("model");
    assertThat(model().resolve("part/weights")).hasContent(text);
  }

  @Test
  void aFolderAppearsWithThoseAboveItWhenItIsComplete() throws IOException {
    Path deep = root.resolve("a/b");
    AtomicFolder.write(
        deep,
        Mode.CREATE,
        folder -> {
          content("new").write(folder);
          assertThat(deep).doesNotExist();
          assertThat(folder).hasParent(root.resolve("a"));
        });
    assertThat(deep.resolve("part/weights")).hasContent("new");
    assertThat(root.resolve("a").toFile().list()).containsExactly("b");
  }

  @Test
  void anExistingFolderIsReplacedOrKept() throws IOException {
    AtomicFolder.write(model(), Mode.CREATE, content("first"));
    AtomicFolder.write(model(), Mode.REPLACE, content("second"));
    assertThatThrownBy(() -> AtomicFolder.write(model(), Mode.CREATE, content("third")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> AtomicFolder.create(model(), 1, content("third")))
        .isInstanceOf(FileException.class)
        .hasMessage(model() + " exists; name another folder");
    holdsOnly("second");
  }

  @Test
  void afterAFailureInTheMiddleNothingIsLeft() throws IOException {
    AtomicFolder.write(model(), Mode.CREATE, content("old"));
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    model(),
                    Mode.REPLACE,
                    folder -> {
                      content("half").write(folder);
                      throw new IOException("No space left on device");
                    }))
        .hasMessage("No space left on device");
    assertThatThrownBy(
            () ->
                AtomicFolder.create(
                    root.resolve("other"),
                    1,
                    folder -> {
                      content("half").write(folder);
                      throw new StackOverflowError("stopped");
                    }))
        .hasMessage("stopped");
    holdsOnly("old");
  }

  @Test
  void aFolderThatTheDiskHasNoRoomForIsRefused() {
    assertThatThrownBy(() -> AtomicFolder.create(model(), Long.MAX_VALUE, content("new")))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("GB free");
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void readOnlyFilesAreFlushedToo() throws IOException {
    AtomicFolder.write(
        model(),
        Mode.CREATE,
        folder -> {
          content("new").write(folder);
          assertThat(folder.resolve("part/weights").toFile().setReadOnly()).isTrue();
        });
    holdsOnly("new");
  }

  @Test
  void anInterruptedThreadWritesToTheEnd() throws IOException {
    Thread.currentThread().interrupt();
    AtomicFolder.write(model(), Mode.CREATE, content("whole"));
    assertThat(Thread.interrupted()).isTrue();
    holdsOnly("whole");
  }

  @Test
  void oldLeftoversOfKilledProcessesAreDeleted() throws IOException {
    Path old = leftover(".sana4j-999999999999-1.partial", 3600);
    Path growing = leftover(".sana4j-999999999999-2.partial", 3600);
    Files.writeString(growing.resolve("part/more"), "just now");
    Path alive = leftover(".sana4j-" + ProcessHandle.current().pid() + "-999.partial", 3600);
    AtomicFolder.create(model(), 1, content("new"));
    assertThat(old).doesNotExist();
    assertThat(growing).exists();
    assertThat(alive).exists();
    assertThat(model().resolve("part/weights")).hasContent("new");
  }

  private Path leftover(String name, long secondsAgo) throws IOException {
    Path folder = Files.createDirectory(root.resolve(name));
    content("half").write(folder);
    for (String inside : new String[] {"part/weights", "part", "."}) {
      Files.setLastModifiedTime(
          folder.resolve(inside), FileTime.from(Instant.now().minusSeconds(secondsAgo)));
    }
    return folder;
  }

  @Test
  void ofManyWritersOneWinsWhole() throws IOException {
    long winners =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> wins("text " + i)))
            .toList()
            .stream()
            .filter(CompletableFuture::join)
            .count();
    assertThat(winners).isEqualTo(1);
    holdsOnly(Files.readString(model().resolve("part/weights")));
  }

  private boolean wins(String text) {
    try {
      AtomicFolder.write(model(), Mode.CREATE, content(text));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
