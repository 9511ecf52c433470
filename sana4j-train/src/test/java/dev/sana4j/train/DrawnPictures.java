package dev.sana4j.train;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** A folder of discs on plain grounds, with captions. */
final class DrawnPictures {
  private DrawnPictures() {}

  static Path write(Path folder, int count, int side) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(7);
    for (int i = 0; i < count; i++) {
      ImageFiles.write(disc(random, side), folder.resolve("disc-" + i + ".png"), Map.of(), true);
      Files.writeString(folder.resolve("disc-" + i + ".txt"), "a disc");
    }
    return folder;
  }

  private static RgbImage disc(Random random, int side) {
    byte[] ground = new byte[3];
    byte[] colour = new byte[3];
    random.nextBytes(ground);
    random.nextBytes(colour);
    double x = side * (0.3 + 0.4 * random.nextDouble());
    double y = side * (0.3 + 0.4 * random.nextDouble());
    double radius = side * (0.15 + 0.15 * random.nextDouble());
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < side * side; i++) {
      boolean inside = Math.hypot(i % side - x, i / side - y) < radius;
      System.arraycopy(inside ? colour : ground, 0, rgb, 3 * i, 3);
    }
    return RgbImage.of(side, side, rgb);
  }
}
