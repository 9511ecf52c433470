package dev.sana4j.emoji.scene;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.data.DataException;
import dev.sana4j.files.StrictJson;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The drawings of all objects in all styles, from the resources of the program.
 *
 * <p>{@code objects.json} lists the objects; a sheet of each style has them in the same order, in
 * cells from left to right and from top to bottom. Recoloured drawings are made on first use and
 * kept. Thread-safe.
 */
public final class Sprites {
  /** The side of a cell of a sheet, in pixels. */
  static final int CELL = 96;

  private static final ObjectMapper JSON = StrictJson.mapper();

  private final List<EmojiObject> objects;
  private final Map<String, Integer> numbers;
  private final Map<Style, List<Sprite>> drawings;
  private final Map<Tinted, Sprite> tinted = new ConcurrentHashMap<>();

  /** A recoloured drawing. */
  private record Tinted(String id, Style style, Tint tint) {}

  private Sprites(List<EmojiObject> objects, Map<Style, List<Sprite>> drawings) {
    this.objects = objects;
    this.drawings = drawings;
    this.numbers = new HashMap<>();
    for (int i = 0; i < objects.size(); i++) {
      numbers.put(objects.get(i).id(), i);
    }
  }

  /**
   * Loads the index and the sheets, about 11 MB of heap; recoloured drawings take up to 24 MB more.
   *
   * @return the sprites
   */
  public static Sprites load() {
    try {
      List<EmojiObject> objects = List.copyOf(index());
      var drawings = new EnumMap<Style, List<Sprite>>(Style.class);
      for (Style style : Style.values()) {
        drawings.put(style, cut(sheet(style), objects.size()));
      }
      return new Sprites(objects, drawings);
    } catch (IOException e) {
      throw new IllegalStateException("the program cannot read its sprites: " + e.getMessage(), e);
    }
  }

  private static List<EmojiObject> index() throws IOException {
    try (InputStream in = resource("objects.json")) {
      return JSON.readValue(in, new TypeReference<List<EmojiObject>>() {});
    }
  }

  private static BufferedImage sheet(Style style) throws IOException {
    String name = style.english().toLowerCase(Locale.ROOT) + ".png";
    try (InputStream in = resource(name)) {
      // Read from memory, because ImageIO would otherwise create a temporary file.
      BufferedImage sheet = ImageIO.read(new MemoryCacheImageInputStream(in));
      if (sheet == null) {
        throw new IOException(name + " is not an image");
      }
      return sheet;
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = Sprites.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException(name + " is missing");
    }
    return in;
  }

  private static List<Sprite> cut(BufferedImage sheet, int count) {
    int columns = sheet.getWidth() / CELL;
    List<Sprite> sprites = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sprites.add(Sprite.cut(sheet, i % columns * CELL, i / columns * CELL, CELL));
    }
    return List.copyOf(sprites);
  }

  /**
   * Returns all objects, those of tier 1 first.
   *
   * @return the objects of tier 1, then those of tier 2
   */
  public List<EmojiObject> objects() {
    return objects;
  }

  /**
   * Returns the first objects.
   *
   * @param count number of objects, at least 1
   * @return the objects
   * @throws DataException if the count is out of range
   */
  public List<EmojiObject> objects(int count) {
    if (count < 1 || count > objects.size()) {
      throw new DataException("there are 1 to " + objects.size() + " objects, not " + count);
    }
    return objects.subList(0, count);
  }

  /** Returns the drawing of an object; it must not be changed. */
  Sprite sprite(EmojiObject object, Style style) {
    Integer number = numbers.get(object.id());
    List<Sprite> sprites = drawings.get(style);
    if (number == null || sprites == null) {
      throw new IllegalArgumentException("there is no sprite of " + object.id());
    }
    return sprites.get(number);
  }

  /** Returns the drawing of an object at its place; it must not be changed. */
  Sprite sprite(Scene.Place place, Style style) {
    Sprite drawn = sprite(place.object(), style);
    Tint tint = place.tint();
    return tint == null
        ? drawn
        : tinted.computeIfAbsent(
            new Tinted(place.object().id(), style, tint), any -> drawn.tinted(tint));
  }
}
