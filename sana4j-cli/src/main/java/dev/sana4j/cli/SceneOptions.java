package dev.sana4j.cli;

import picocli.CommandLine.Option;

/** What emoji scenes consist of, and how large they are. */
final class SceneOptions {
  @Option(
      names = "--objects",
      paramLabel = "N",
      defaultValue = "60",
      description = "Use the first N of 150 objects (default: ${DEFAULT-VALUE}).")
  private int objects;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "128",
      description =
          "Pixels of a square's side, a multiple of 16; other shapes have about its area (default:"
              + " ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--shapes",
      paramLabel = "SHARES",
      defaultValue = "square=1",
      description =
          "How often each shape comes: square, wide (3:2), tall (2:3) (default: ${DEFAULT-VALUE}).")
  private String shapes = "";

  int objects() {
    return objects;
  }

  int size() {
    return size;
  }

  String shapes() {
    return shapes;
  }
}
