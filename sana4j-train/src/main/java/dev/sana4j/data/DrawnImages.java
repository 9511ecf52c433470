package dev.sana4j.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Sample images for trying out a training: a coloured circle, square or triangle somewhere on a
 * coloured background, with an English and a Chinese caption.
 */
public final class DrawnImages {
  /** Largest number of images in a folder. */
  public static final int MOST = 100_000;

  private static final ObjectMapper JSON = StrictJson.mapper();

  static {
    // AWT must be headless before its first use, because a screen may be missing.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  /**
   * An image with its captions.
   *
   * @param image square
   * @param captions for example {@code a red circle on a blue background}, and the same in Chinese
   */
  public record Drawing(RgbImage image, List<String> captions) {
    /**
     * Copies the captions.
     *
     * @param image square
     * @param captions English and Chinese
     */
    public Drawing {
      captions = List.copyOf(captions);
    }
  }

  private enum Figure {
    CIRCLE("圆形"),
    SQUARE("正方形"),
    TRIANGLE("三角形");

    final String chinese;

    Figure(String chinese) {
      this.chinese = chinese;
    }
  }

  private enum Paint {
    RED("红色", 0xE0322B),
    GREEN("绿色", 0x2FA84F),
    BLUE("蓝色", 0x2B5FD9),
    YELLOW("黄色", 0xF5D327),
    ORANGE("橙色", 0xF28A1E),
    PURPLE("紫色", 0x8E3FB8),
    WHITE("白色", 0xFFFFFF),
    BLACK("黑色", 0x101010);

    final String chinese;
    final int rgb;

    Paint(String chinese, int rgb) {
      this.chinese = chinese;
      this.rgb = rgb;
    }
  }

  private DrawnImages() {}

  /**
   * Draws one image.
   *
   * @param size side of the image in pixels
   * @param seed seed of the set
   * @param number index in the set, from 0
   * @return the drawing, the same for the same arguments
   */
  public static Drawing draw(int size, long seed, int number) {
    Random random = Draws.random(seed, Draws.DRAWINGS, number);
    Figure figure = Figure.values()[random.nextInt(Figure.values().length)];
    Paint[] paints = Paint.values();
    int first = random.nextInt(paints.length);
    int other = (first + 1 + random.nextInt(paints.length - 1)) % paints.length;
    double side = size * (0.35 + 0.3 * random.nextDouble());
    double left = (size - side) * random.nextDouble();
    double top = (size - side) * random.nextDouble();
    var canvas = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = canvas.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(new Color(paints[other].rgb));
    graphics.fillRect(0, 0, size, size);
    graphics.setColor(new Color(paints[first].rgb));
    graphics.fill(outline(figure, left, top, side));
    graphics.dispose();
    return new Drawing(pixels(canvas), captions(figure, paints[first], paints[other]));
  }

  private static Shape outline(Figure figure, double left, double top, double side) {
    return switch (figure) {
      case CIRCLE -> new Ellipse2D.Double(left, top, side, side);
      case SQUARE -> new Rectangle2D.Double(left, top, side, side);
      case TRIANGLE ->
          new Polygon(
              new int[] {(int) left, (int) (left + side), (int) (left + side / 2)},
              new int[] {(int) (top + side), (int) (top + side), (int) top},
              3);
    };
  }

  private static List<String> captions(Figure figure, Paint paint, Paint background) {
    return List.of(
        "%s %s on %s background"
            .formatted(withArticle(paint), lower(figure), withArticle(background)),
        background.chinese + "背景上的" + paint.chinese + figure.chinese);
  }

  private static String withArticle(Paint paint) {
    return (paint == Paint.ORANGE ? "an " : "a ") + lower(paint);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static RgbImage pixels(BufferedImage canvas) {
    int[] packed =
        canvas.getRGB(0, 0, canvas.getWidth(), canvas.getHeight(), null, 0, canvas.getWidth());
    byte[] rgb = new byte[packed.length * 3];
    for (int i = 0; i < packed.length; i++) {
      rgb[3 * i] = (byte) (packed[i] >> 16);
      rgb[3 * i + 1] = (byte) (packed[i] >> 8);
      rgb[3 * i + 2] = (byte) packed[i];
    }
    return RgbImage.of(canvas.getWidth(), canvas.getHeight(), rgb);
  }

  /**
   * Writes a data set that {@link DataSet#open} can read: PNG files and, last, {@code
   * metadata.jsonl}.
   *
   * @param folder the folder, created if it is missing
   * @param count number of images, 1 to {@link #MOST}
   * @param size side of the images in pixels, 8 to 4096
   * @param seed seed of the set
   * @throws DataException if a number is out of range or the folder cannot be written
   */
  public static void write(Path folder, int count, int size, long seed) {
    if (count < 1 || count > MOST || size < 8 || size > Math.min(4096, ImageSize.MAX_SIDE)) {
      throw new DataException(
          "the number of images must be 1 to "
              + MOST
              + " of 8 to 4096 pixels, not "
              + count
              + " of "
              + size);
    }
    var lines = new StringBuilder();
    try {
      Files.createDirectories(folder);
      for (int number = 0; number < count; number++) {
        Drawing drawing = draw(size, seed, number);
        String name = "%05d.png".formatted(number);
        ImageFiles.write(drawing.image(), folder.resolve(name), WriteOptions.REPLACE);
        ObjectNode line = JSON.createObjectNode().put("file_name", name);
        drawing.captions().forEach(line.putArray("captions")::add);
        lines.append(JSON.writeValueAsString(line)).append('\n');
      }
      Files.writeString(folder.resolve("metadata.jsonl"), lines, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DataException(folder + " cannot be written: " + IoReason.of(e), e);
    }
  }
}
