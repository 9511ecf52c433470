package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.Libtorch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One run of the command line in this process.
 *
 * @param status exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Run(int status, String out, String err) {
  static {
    // One thread computes such small tensors faster, many times faster on a busy machine.
    Libtorch.threads(1);
  }

  static Run sana(Object... arguments) {
    return sana(new ByteArrayOutputStream(), arguments);
  }

  /** Writes standard output to a stream that can be read during the run. */
  static Run sana(ByteArrayOutputStream capturedOut, Object... arguments) {
    String[] texts = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    PrintStream out = System.out;
    PrintStream err = System.err;
    var capturedErr = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
      int status = Sana.run(texts);
      return new Run(
          status,
          capturedOut.toString(StandardCharsets.UTF_8),
          capturedErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  Run succeeds() {
    assertThat(status).as(err).isZero();
    return this;
  }

  /** One line that begins with the program's name, nothing else, and exit status 2. */
  Run isRefused(String... because) {
    assertThat(err).startsWith("sana: ").endsWith(System.lineSeparator()).hasLineCount(1);
    assertThat(err).contains(because);
    assertThat(err).doesNotContain("Exception", "sana: null");
    assertThat(out).isEmpty();
    assertThat(status).isEqualTo(2);
    return this;
  }

  /** Every file below a folder with its bytes: what a refused run must not change. */
  static Map<Path, String> contents(Path folder) throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        contents.put(
            file,
            Files.isRegularFile(file)
                ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                : "");
      }
    }
    return contents;
  }
}
