package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where native libraries come from, and the error without them. */
@Timeout(120)
class NativeFilesTest {
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";

  @TempDir private Path folder;

  private Process start(Path output, String classPath, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-D" + CACHE + "=" + folder.resolve("cache"), "-cp", classPath));
    command.add(NativesProbe.class.getName());
    return new ProcessBuilder(command).redirectOutput(output.toFile()).start();
  }

  /** Runs {@link NativesProbe} without the jars of native libraries; returns its output. */
  private List<String> probe(String... options) throws IOException, InterruptedException {
    String without =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.matches(".*(x86_64|arm64)(-gpu)?\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    Path output = folder.resolve("output");
    Process process = start(output, without, options);
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
      return Files.readAllLines(output);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void withoutNativeLibrariesEveryUseNamesTheArtifactToAdd() throws Exception {
    String platform = Loader.getPlatform();
    assertThat(probe())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("this platform, " + platform)
                    .contains("dev.sana4j:sana4j-natives-" + platform));
  }

  @Test
  void anUnsupportedPlatformIsNamedWithTheSupportedOnes() throws Exception {
    assertThat(probe("-Dorg.bytedeco.javacpp.platform=linux-riscv64"))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("linux-riscv64")
                    .contains("linux-x86_64, macosx-arm64 and windows-x86_64"));
  }

  @Test
  void librariesThatExistButDoNotLoadAreReportedWithTheirFolder() {
    assertThat(NativeFiles.problem(new UnsatisfiedLinkError("GLIBC_2.28 not found")))
        .contains(NativeFiles.folder().toString())
        .contains("GLIBC_2.28 not found");
  }

  @Test
  void theJarsOfTheLibrariesAreNamedLikeTheirFolders() {
    assertThat(NativeFiles.jars())
        .hasSize(3)
        .anyMatch(name -> name.startsWith("pytorch-") && name.endsWith(".jar"));
  }

  @Test
  void aNamedCacheContainsTheUnpackedLibraries() {
    Properties properties = new Properties();
    NativeFiles.useNamedCache(properties, Optional.of(folder));
    assertThat(properties).containsEntry(CACHE, folder.resolve("javacpp").toString());
  }

  @Test
  void theFolderThatAUserChoseForJavaCppStays() {
    Properties properties = new Properties();
    properties.setProperty("org.bytedeco.javacpp.cacheDir", "mine");
    NativeFiles.useNamedCache(properties, Optional.of(folder));
    NativeFiles.useNamedCache(new Properties(), Optional.empty());
    assertThat(properties).doesNotContainKey(CACHE);
  }

  @Test
  @Tag("slow") // each process unpacks or reads 450 MB
  void processesMayUnpackAtTheSameTime() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Path output = folder.resolve("output" + i);
      processes.add(start(output, System.getProperty("java.class.path")));
    }
    for (int i = 0; i < 4; i++) {
      assertThat(processes.get(i).waitFor(100, TimeUnit.SECONDS)).isTrue();
      assertThat(folder.resolve("output" + i)).content().contains("computed 2.0");
    }
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      assertThat(files.map(file -> file.getFileName().toString())).containsOnlyOnce(".complete");
    }
  }
}
