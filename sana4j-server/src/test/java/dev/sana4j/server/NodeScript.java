package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.jobs.FakeGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the scripts of {@code src/test/js} with Node.js. */
public final class NodeScript {
  private static final Path FOLDER = Path.of("src/test/js");

  private NodeScript() {}

  /** Skips the test if a package is not installed. */
  public static void assumeInstalled(String npmPackage) {
    assumeTrue(
        Files.isDirectory(FOLDER.resolve("node_modules").resolve(npmPackage)),
        "npm ci has not run");
  }

  /** Returns whether there is a program {@code node}. */
  public static boolean isThereNode() {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
  }

  /** Runs a script, and returns what it prints. */
  public static String run(String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node"));
    command.addAll(List.of(arguments));
    Process node =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    try (OutputStream out = node.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(node.exitValue()).as(said).isZero();
    return said;
  }

  /** Returns a PNG of the native size of the fake generator, as base64. */
  public static String image(Map<String, String> texts) {
    int side = FakeGenerator.SIDE;
    RgbImage black = RgbImage.of(side, side, new byte[3 * side * side]);
    byte[] png = new ImageEncoding(ImageFormat.PNG, 90, texts, null).bytes(black);
    return Base64.getEncoder().encodeToString(png);
  }
}
