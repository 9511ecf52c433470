package dev.sana4j.sprites;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageOutputStream;

/** Renders a sheet of sprites a style. */
public final class SpriteSheets {
  private static final int CELL = 96;
  private static final int LONGEST = 94;
  private static final int COLUMNS = 15;

  private SpriteSheets() {}

  /**
   * Writes {@code flat.png} and {@code 3d.png} beside {@code objects.json}, and prints each object
   * with what emojibase calls it.
   *
   * @param arguments the folder {@code node_modules} with the art, and the folder of {@code
   *     objects.json}
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    var art = new EmojiArt(Path.of(arguments[0]));
    Path resources = Path.of(arguments[1]);
    JsonNode objects = new ObjectMapper().readTree(resources.resolve("objects.json").toFile());
    int rows = (objects.size() + COLUMNS - 1) / COLUMNS;
    var flat = new BufferedImage(COLUMNS * CELL, rows * CELL, BufferedImage.TYPE_INT_ARGB);
    var solid = new BufferedImage(COLUMNS * CELL, rows * CELL, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < objects.size(); i++) {
      String emoji = objects.get(i).path("emoji").asText();
      List<String> names = art.names(emoji);
      System.out.println(emoji + " " + objects.get(i).path("id").asText() + " " + names);
      add(art.flat(emoji), flat, i);
      add(art.solid(emoji), solid, i);
    }
    write(flat, resources.resolve("flat.png"));
    write(solid, resources.resolve("3d.png"));
  }

  private static void add(BufferedImage image, BufferedImage sheet, int number) {
    int left = number % COLUMNS * CELL;
    int top = number / COLUMNS * CELL;
    Pixels.of(image).trimmed().scaled(LONGEST).into(sheet, left, top, CELL);
  }

  /** As small as PNG gets. */
  private static void write(BufferedImage sheet, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam compression = writer.getDefaultWriteParam();
    compression.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    compression.setCompressionQuality(0);
    Files.deleteIfExists(file);
    try (var out = new FileImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(sheet, null, null), compression);
    } finally {
      writer.dispose();
    }
  }
}
