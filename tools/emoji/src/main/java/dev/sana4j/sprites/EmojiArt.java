package dev.sana4j.sprites;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/** The emoji art of the npm packages: a folder {@code node_modules}. */
final class EmojiArt {
  /** The side of a rendered SVG, in pixels: four times a sprite's, then averaged. */
  private static final int SVG_SIDE = 384;

  private static final String VARIATION = "\uFE0F";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path images;
  private final JsonNode icons;
  private final JsonNode iconNames;
  private final List<JsonNode> names;

  EmojiArt(Path modules) throws IOException {
    images = modules.resolve("@lobehub/fluent-emoji-3d/assets");
    Path flat = modules.resolve("@iconify-json/fluent-emoji-flat");
    icons = JSON.readTree(flat.resolve("icons.json").toFile());
    iconNames = JSON.readTree(flat.resolve("chars.json").toFile());
    Path emojibase = modules.resolve("emojibase-data");
    names =
        List.of(
            JSON.readTree(emojibase.resolve("en/data.json").toFile()),
            JSON.readTree(emojibase.resolve("zh/data.json").toFile()));
  }

  /** What emojibase calls an emoji, in English and Chinese. */
  List<String> names(String emoji) throws FileNotFoundException {
    List<String> found = names.stream().map(all -> name(all, emoji)).toList();
    if (found.contains("")) {
      throw new FileNotFoundException("emojibase has no " + emoji);
    }
    return found;
  }

  private static String name(JsonNode all, String emoji) {
    for (JsonNode entry : all) {
      if (plain(entry.path("emoji").asText()).equals(plain(emoji))) {
        return entry.path("label").asText();
      }
    }
    return "";
  }

  /** The image with light and shade. */
  BufferedImage solid(String emoji) throws IOException {
    for (String name : List.of(code(plain(emoji)), code(plain(emoji) + VARIATION))) {
      Path file = images.resolve(name + ".webp");
      if (Files.exists(file)) {
        return ImageIO.read(file.toFile());
      }
    }
    throw new FileNotFoundException("there is no 3D image of " + emoji);
  }

  /** The plain image. */
  BufferedImage flat(String emoji) throws IOException {
    String name = iconNames.path(code(plain(emoji))).asText();
    String body = icons.path("icons").path(name).path("body").asText();
    if (body.isEmpty()) {
      throw new FileNotFoundException("there is no flat image of " + emoji);
    }
    int side = icons.path("height").asInt(32);
    String svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
            + " viewBox=\"0 0 %d %d\">%s</svg>".formatted(side, side, body);
    SVGDocument document =
        new SVGLoader()
            .load(
                new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)),
                null,
                LoaderContext.createDefault());
    if (document == null) {
      throw new IOException("the flat image of " + emoji + " is no SVG");
    }
    return draw(document);
  }

  private static BufferedImage draw(SVGDocument document) {
    var image = new BufferedImage(SVG_SIDE, SVG_SIDE, BufferedImage.TYPE_INT_ARGB_PRE);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    document.render(null, graphics, new ViewBox(0, 0, SVG_SIDE, SVG_SIDE));
    graphics.dispose();
    return image;
  }

  private static String plain(String emoji) {
    return emoji.replace(VARIATION, "");
  }

  private static String code(String emoji) {
    return emoji.codePoints().mapToObj(Integer::toHexString).collect(Collectors.joining("-"));
  }
}
