package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of {@code tools/gpu}, with an archive whose program prints what it was given. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class GpuScriptsTest {
  private static final Path TOOLS = Path.of("..", "tools", "gpu").toAbsolutePath().normalize();
  private static final int PIECE = 1000;

  @TempDir private Path folder;

  private Path archive;
  private Path pieces;

  /** What a script printed, and its status. */
  private record Ended(int status, String out, String err) {}

  @BeforeEach
  void makeArchive() throws Exception {
    folder = folder.toRealPath();
    archive = folder.resolve("sana4j.tar.gz");
    pieces = folder.resolve("pieces");
    byte[] payload = new byte[4 * PIECE];
    new Random(1).nextBytes(payload);
    write("tree/sana4j-1/lib/payload", payload);
    write("tree/sana4j-1/runtime/bin/java", new byte[0]);
    program("first");
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void script(String name, String text) throws IOException {
    write(name, ("#!/usr/bin/env bash\n" + text).getBytes(StandardCharsets.UTF_8));
    assertThat(folder.resolve(name).toFile().setExecutable(true)).isTrue();
  }

  /** Archives a program that prints a word, its arguments and the search path of libraries. */
  private void program(String word) throws Exception {
    script(
        "tree/sana4j-1/bin/sana",
        "printf '%s|' " + word + " \"$@\" \"${LD_LIBRARY_PATH:-}\"; exit 3\n");
    String tree = folder.resolve("tree").toString();
    assertThat(start("tar", "-czf", archive.toString(), "-C", tree, "sana4j-1").status()).isZero();
  }

  private Ended start(String... command) throws IOException, InterruptedException {
    return start(Map.of(), command);
  }

  private Ended start(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("LD_LIBRARY_PATH");
    builder.environment().putAll(environment);
    int status = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Ended(status, Files.readString(out), Files.readString(err));
  }

  private Ended pack() throws Exception {
    return start(
        TOOLS.resolve("pack").toString(),
        archive.toString(),
        pieces.toString(),
        Integer.toString(PIECE));
  }

  private Ended run(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = pieces.resolve("run").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return start(command);
  }

  /** Returns the line of a refusal, after which no part of the program is there. */
  private String refusal() throws Exception {
    Ended ended = run();
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).endsWith("\n").hasLineCount(1);
    assertThat(pieces.resolve("sana4j")).doesNotExist();
    assertThat(pieces.resolve("sana4j.part")).doesNotExist();
    return ended.err().strip();
  }

  @Test
  void piecesAreJoinedAndTheProgramGetsTheArguments() throws Exception {
    assertThat(pack()).isEqualTo(new Ended(0, "", ""));
    assertThat(pieces.resolve("piece-005")).exists();
    assertThat(pieces.resolve("piece-001")).hasSize(PIECE);
    assertThat(run("two words", "")).isEqualTo(new Ended(3, "first|two words|||", ""));
    assertThat(pieces.resolve("sana4j/lib/payload"))
        .hasSameBinaryContentAs(folder.resolve("tree/sana4j-1/lib/payload"));
  }

  @Test
  void joinedPiecesCanBeDeleted() throws Exception {
    pack();
    run();
    for (int i = 1; i <= 5; i++) {
      Files.delete(pieces.resolve("piece-00" + i));
    }
    assertThat(run()).isEqualTo(new Ended(3, "first||", ""));
  }

  @Test
  void missingAndDamagedPiecesAreNamedUntilAllAreThere() throws Exception {
    pack();
    Path third = pieces.resolve("piece-003");
    byte[] good = Files.readAllBytes(third);
    byte[] damaged = good.clone();
    damaged[500] ^= 1;
    Files.write(third, damaged);
    Path away = folder.resolve("away");
    Files.move(pieces.resolve("piece-002"), away);
    String copy = "run: copy into " + pieces + ":";
    assertThat(refusal()).isEqualTo(copy + " missing: piece-002; damaged: piece-003");
    Files.move(away, pieces.resolve("piece-002"));
    assertThat(refusal()).isEqualTo(copy + " damaged: piece-003");
    Files.delete(third);
    assertThat(refusal()).isEqualTo(copy + " missing: piece-003");
    Files.write(third, good);
    assertThat(run()).isEqualTo(new Ended(3, "first||", ""));
  }

  @Test
  void aMissingOrDamagedListIsRefused() throws Exception {
    pack();
    Path list = pieces.resolve("SHA256SUMS");
    String text = Files.readString(list);
    Files.writeString(list, text.substring(0, text.length() / 2));
    assertThat(refusal()).isEqualTo("run: copy into " + pieces + ": damaged: SHA256SUMS");
    Files.writeString(list, text.substring(0, text.indexOf('\n', text.length() / 2) + 1));
    assertThat(refusal()).startsWith("run: the pieces cannot be unpacked: ").hasSizeGreaterThan(45);
    Files.delete(list);
    assertThat(refusal()).isEqualTo("run: copy SHA256SUMS into " + pieces);
  }

  @Test
  void aStoppedUnpackingIsRepeated() throws Exception {
    pack();
    write("pieces/sana4j.part/lib/old", new byte[1]);
    assertThat(run().out()).startsWith("first|");
    assertThat(pieces.resolve("sana4j/lib/old")).doesNotExist();
    assertThat(pieces.resolve("sana4j.part")).doesNotExist();
  }

  @Test
  void newPiecesReplaceTheProgram() throws Exception {
    pack();
    run();
    Path old = folder.resolve("old");
    Files.move(pieces, old);
    program("second");
    pack();
    Files.move(old.resolve("sana4j"), pieces.resolve("sana4j"));
    assertThat(run().out()).startsWith("second|");
  }

  @Test
  void anArchiveWithoutJavaIsRefused() throws Exception {
    Files.delete(folder.resolve("tree/sana4j-1/runtime/bin/java"));
    program("first");
    String line = "pack: " + archive + " is not an archive of sana4j with a Java runtime\n";
    assertThat(pack()).isEqualTo(new Ended(1, "", line));
    assertThat(pieces).doesNotExist();
  }

  @Test
  void piecesAreNotOverwritten() throws Exception {
    pack();
    assertThat(pack()).isEqualTo(new Ended(1, "", "pack: " + pieces + " exists\n"));
  }

  /** A small library takes the place of libtorch's; it is changed to need {@code libx.so.6}. */
  @Test
  void librariesOfCudaComeFromThePythonPackages() throws Exception {
    byte[] library =
        Files.readAllBytes(Path.of(System.getProperty("java.home"), "lib", "libjsig.so"));
    String needing =
        new String(library, StandardCharsets.ISO_8859_1).replace("libc.so.6", "libx.so.6");
    write("tree/sana4j-1/natives/libtorch_cuda.so", needing.getBytes(StandardCharsets.ISO_8859_1));
    program("first");
    pack();
    script("bin/python3", "exit 1\n");
    String path = folder.resolve("bin") + ":" + System.getenv("PATH");
    String run = pieces.resolve("run").toString();
    assertThat(start(Map.of("PATH", path), run))
        .isEqualTo(
            new Ended(
                1,
                "",
                "run: not found: libx.so.6; install the Python packages of CUDA 13 and cuDNN 9,"
                    + " or set LD_LIBRARY_PATH\n"));
    write("site/nvidia/cudnn/lib/libx.so.6", library);
    Path nvidia = folder.resolve("site/nvidia");
    script("bin/python3", "echo " + nvidia + "\n");
    String lib = nvidia.resolve("cudnn/lib").toString();
    assertThat(start(Map.of("PATH", path), run).out()).isEqualTo("first|" + lib + "|");
    Map<String, String> first = Map.of("PATH", path, "LD_LIBRARY_PATH", "/first");
    assertThat(start(first, run).out()).isEqualTo("first|/first:" + lib + "|");
  }
}
