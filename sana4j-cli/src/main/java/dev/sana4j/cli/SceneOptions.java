package dev.sana4j.cli;

import picocli.CommandLine.Option;

/** The objects, sizes and shapes of emoji scenes. */
final class SceneOptions {
  @Option(
      names = "--objects",
      paramLabel = "N",
      defaultValue = "60",
      description = "Number of objects, the first N of 150 (default: ${DEFAULT-VALUE}).")
  private int objects;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "128",
      description =
          "Side of square images in pixels, a multiple of 16; other shapes have about the same area"
              + " (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--shapes",
      paramLabel = "SHARES",
      defaultValue = "square=1",
      description =
          "Relative frequency of each shape: square, wide (3:2), tall (2:3) (default:"
              + " ${DEFAULT-VALUE}).")
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
