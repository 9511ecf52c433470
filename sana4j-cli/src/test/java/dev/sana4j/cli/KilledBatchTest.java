package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.pipeline.ImageProvenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills {@code sana generate --prompts} at random moments and repeats it until it is done. */
class KilledBatchTest {
  private static final int MOST_RUNS = 200;
  private static final int KILLED = 137;

  @TempDir private Path folder;

  private Path images() {
    return folder.resolve("images");
  }

  private Process start(Path list) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sana.class.getName()));
    Object[] options =
        Models.generate(
            Models.SPRINT, "--prompts", list, "-o", images(), "--seed", 7, "--threads", 1);
    Stream.of(options).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private Path list(int prompts) throws IOException {
    return Files.write(
        folder.resolve("prompts.txt"),
        IntStream.rangeClosed(1, prompts).mapToObj(i -> "cat number " + i).toList());
  }

  /** Waits until there is another image, then for some time, then kills. */
  private void kill(Process process, int had, long millis) throws Exception {
    while (process.isAlive() && names().size() <= had) {
      Thread.sleep(2);
    }
    process.waitFor(millis, TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(log()).isIn(0, KILLED);
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Returns the names of all files, with hidden ones. */
  private List<String> names() throws IOException {
    if (!Files.isDirectory(images())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(images())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Map<String, FileTime> finished() throws IOException {
    Map<String, FileTime> finished = new TreeMap<>();
    for (String name : names()) {
      if (!name.startsWith(".")) {
        finished.put(name, Files.getLastModifiedTime(images().resolve(name)));
      }
    }
    return finished;
  }

  private void repeatUntilDone(int prompts, int kills) throws Exception {
    Path list = list(prompts);
    Random random = new Random(7);
    Map<String, FileTime> seen = new TreeMap<>();
    for (int i = 0; i < MOST_RUNS; i++) {
      Process process = start(list);
      try {
        if (i < kills) {
          kill(process, names().size(), random.nextInt(200));
        } else {
          assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        }
      } finally {
        process.destroyForcibly();
      }
      assertThat(finished()).as("finished images stay unchanged").containsAllEntriesOf(seen);
      seen = finished();
      if (process.exitValue() == 0 && i >= kills) {
        break;
      }
    }
    assertAllAreWhole(prompts);
  }

  private void assertAllAreWhole(int prompts) throws IOException {
    List<String> expected =
        IntStream.rangeClosed(1, prompts).mapToObj(i -> "%06d.png".formatted(i)).toList();
    assertThat(names()).as(log()).isEqualTo(expected);
    for (int i = 1; i <= prompts; i++) {
      Path image = images().resolve(expected.get(i - 1));
      assertThat(ImageFiles.read(image).size()).isEqualTo(Models.size(Models.SPRINT, 4, 4));
      assertThat(ImageProvenance.read(image).request().prompts())
          .containsExactly("cat number " + i);
      assertThat(ImageProvenance.read(image).request().seed()).isEqualTo(6 + i);
    }
  }

  @Test
  @Timeout(180)
  void aKilledRunIsRepeatedToItsEnd() throws Exception {
    repeatUntilDone(3, 1);
  }

  /** The process that wrote the temporary file does not exist any more. */
  @Test
  @Timeout(180)
  void aTemporaryFileOfAKilledRunIsDeletedByTheNext() throws Exception {
    Process killed = start(list(200));
    kill(killed, 0, 0);
    List<String> names = names();
    Path done = Files.createDirectories(images());
    Path leftover = done.resolve(".sana4j-" + killed.pid() + "-1.partial");
    Files.write(leftover, new byte[10]);
    Files.setLastModifiedTime(leftover, FileTime.fromMillis(0));
    Path list = list(names.size());
    Process next = start(list);
    assertThat(next.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(next.exitValue()).as(log()).isZero();
    assertThat(names()).noneMatch(name -> name.startsWith("."));
  }

  @Test
  @Tag("slow")
  void sixtyImagesAreMadeOnceHoweverOftenTheRunIsKilled() throws Exception {
    repeatUntilDone(60, 10);
  }
}
