package dev.sana4j.emoji.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.data.Draws;
import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Place;
import dev.sana4j.emoji.scene.Scene.Shape;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.emoji.scene.Style;
import dev.sana4j.emoji.scene.Tint;
import dev.sana4j.files.StrictJson;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a line of a {@link PromptFile}; the caller adds file and line to the messages. */
final class PromptParser {
  private static final int DEEPEST = 16;
  private static final ObjectMapper JSON =
      StrictJson.bounded(DEEPEST)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int MOST_SHOWN = 40;

  /**
   * Smallest size of an object, as a part of the shorter side; smaller ones cannot be recognized.
   */
  private static final double SMALLEST = 0.05;

  /** Tolerance in pixels, because boxes are rounded and soft edges may extend over the border. */
  private static final double TOLERANCE = 1;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<EmojiObject> objects;
  private final int allowed;
  private final long seed;

  /** Allows this number of objects, from the start of the list. */
  PromptParser(int allowed, long seed) {
    Sprites sprites = Sprites.load();
    objects = sprites.objects();
    objects.forEach(object -> numbers.put(object.id(), numbers.size()));
    this.allowed = sprites.objects(allowed).size();
    this.seed = seed;
  }

  /** Returns the scene of a line, the same for the same seed and number. */
  ScenePrompt parse(String line, long number) {
    JsonNode node = object(line);
    Kind kind = constant(node, "kind", Kind.values(), PromptParser::lower);
    Style style = constant(node, "style", Style.values(), PromptParser::word);
    Background background = constant(node, "background", Background.values(), Background::english);
    List<EmojiObject> shown = objects(node, kind);
    @Nullable Image image = Image.of(node);
    Shape shape = image == null ? Shape.SQUARE : image.shape();
    List<JsonNode> boxes = boxes(node);
    var look = new Look(kind, shape, style, background);
    Scene scene =
        boxes.isEmpty()
            ? placed(look, node, shown, Draws.scrambled(seed) ^ number)
            : look.of(places(node, kind, shown, boxes, image));
    requireRelation(node, scene);
    ScenePrompt usual = ScenePrompt.of(scene);
    return new ScenePrompt(
        scene,
        prompt(node.path("english"), "english", usual.english()),
        prompt(node.path("chinese"), "chinese", usual.chinese()));
  }

  /** Everything of a scene but its objects. */
  private record Look(Kind kind, Shape shape, Style style, Background background) {
    Scene of(List<Place> places) {
      return new Scene(kind, shape, style, background, places);
    }
  }

  private static Scene placed(Look look, JsonNode node, List<EmojiObject> shown, long seed) {
    Shape shape = look.shape();
    Style style = look.style();
    Background background = look.background();
    return switch (look.kind()) {
      case PAIR ->
          SceneGenerator.pair(
              shape,
              style,
              background,
              shown,
              node.has("relation") ? relation(node) : Relation.LEFT,
              seed);
      case COLOR ->
          SceneGenerator.tinted(shape, style, background, shown.get(0), tint(node, shown), seed);
      case SINGLE, COUNT ->
          SceneGenerator.place(look.kind(), shape, style, background, shown, seed);
    };
  }

  private static Relation relation(JsonNode node) {
    return constant(node, "relation", Relation.values(), PromptParser::lower);
  }

  private static void requireRelation(JsonNode node, Scene scene) {
    if (scene.kind() == Kind.PAIR && node.has("relation") && relation(node) != scene.relation()) {
      throw new EvaluationException(
          "the relation of the pair is %s, but that of its boxes is %s"
              .formatted(lower(relation(node)), lower(scene.relation())));
    }
  }

  private static Tint tint(JsonNode node, List<EmojiObject> shown) {
    if (!shown.get(0).tints()) {
      throw new EvaluationException(
          "the object \"%s\" is not drawn in other colours".formatted(shown.get(0).id()));
    }
    return constant(node, "color", Tint.values(), Tint::english);
  }

  private static JsonNode object(String line) {
    if (!line.startsWith("{")) {
      throw new EvaluationException(
          "not a JSON object; a prompt file has one JSON object per line, like the scenes.jsonl of"
              + " sana train scenes");
    }
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw new EvaluationException("not valid JSON" + column, e);
    }
  }

  /** Returns the constant with the name in a key, ignoring case. */
  private static <E extends Enum<E>> E constant(
      JsonNode node, String key, E[] values, Function<E, String> name) {
    String given = node.path(key).asText();
    return Arrays.stream(values)
        .filter(value -> name.apply(value).equalsIgnoreCase(given))
        .findFirst()
        .orElseThrow(
            () ->
                new EvaluationException(
                    "the %s is %s, not one of %s"
                        .formatted(
                            key,
                            shown(node.path(key)),
                            Arrays.stream(values).map(name).collect(Collectors.joining(", ")))));
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String word(Style style) {
    return style.english().toLowerCase(Locale.ROOT);
  }

  /** Returns a value as text for a message. */
  private static String shown(JsonNode value) {
    if (value.isMissingNode()) {
      return "missing";
    }
    String text = value.toString();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }

  private List<EmojiObject> objects(JsonNode node, Kind kind) {
    JsonNode listed = node.path("objects");
    int count = listed.isArray() ? listed.size() : 0;
    if (count < kind.least() || count > kind.most()) {
      String right = kind == Kind.COUNT ? "1 to 5 objects" : kind.most() + " object";
      throw new EvaluationException(
          "the kind %s has %s, not %d"
              .formatted(lower(kind), kind == Kind.PAIR ? right + "s" : right, count));
    }
    List<EmojiObject> shown = new ArrayList<>();
    listed.forEach(object -> shown.add(known(object.path("id"))));
    int different = new HashSet<>(shown).size();
    if (different != (kind == Kind.PAIR ? 2 : 1)) {
      throw new EvaluationException(
          kind == Kind.PAIR
              ? "a pair is of two different objects"
              : "the objects of a count are all the same");
    }
    return shown;
  }

  private EmojiObject known(JsonNode id) {
    Integer number = numbers.get(id.asText());
    if (number == null) {
      throw new EvaluationException("the id of an object is " + shown(id) + ", which is unknown");
    }
    if (number >= allowed) {
      throw new EvaluationException(
          "the object \"%s\" is number %d, and only the first %d are used; use more objects"
              .formatted(id.asText(), number + 1, allowed));
    }
    return objects.get(number);
  }

  /** Size in pixels of the image to which the boxes refer. */
  private record Image(int width, int height) {
    static @Nullable Image of(JsonNode node) {
      if (!node.hasNonNull("width") && !node.hasNonNull("height")) {
        return null;
      }
      return new Image(side(node.path("width")), side(node.path("height")));
    }

    private static int side(JsonNode node) {
      if (!node.isInt() || node.intValue() < 1) {
        throw new EvaluationException("width and height are whole numbers above 0, or neither");
      }
      return node.intValue();
    }

    Shape shape() {
      return width == height ? Shape.SQUARE : width > height ? Shape.WIDE : Shape.TALL;
    }

    /** Returns the place of a box, in shares of the image. */
    Place place(EmojiObject object, JsonNode box) {
      double[] edges = new double[4];
      for (int i = 0; i < edges.length; i++) {
        edges[i] = box.path(i).isNumber() ? box.path(i).doubleValue() : Double.NaN;
      }
      double longest = Math.max(edges[2] - edges[0], edges[3] - edges[1]);
      double size = longest / Math.min(width, height);
      boolean isInside =
          edges[0] >= -TOLERANCE
              && edges[1] >= -TOLERANCE
              && edges[2] <= width + TOLERANCE
              && edges[3] <= height + TOLERANCE;
      boolean isBox = edges[0] < edges[2] && edges[1] < edges[3] && size >= SMALLEST;
      if (box.size() != edges.length || !isInside || !isBox) {
        throw new EvaluationException(
            "the box of %s is %s, not left, top, right and bottom in the %d x %d pixels"
                .formatted(object.id(), shown(box), width, height));
      }
      return new Place(
          object, (edges[0] + edges[2]) / 2 / width, (edges[1] + edges[3]) / 2 / height, size);
    }
  }

  /** Returns the boxes of all objects, or none. */
  private static List<JsonNode> boxes(JsonNode node) {
    List<JsonNode> boxes = new ArrayList<>();
    for (JsonNode object : node.path("objects")) {
      if (object.hasNonNull("box")) {
        boxes.add(object.path("box"));
      }
    }
    if (!boxes.isEmpty() && boxes.size() != node.path("objects").size()) {
      throw new EvaluationException("give a box for every object or for none");
    }
    return boxes;
  }

  private static List<Place> places(
      JsonNode node,
      Kind kind,
      List<EmojiObject> shown,
      List<JsonNode> boxes,
      @Nullable Image image) {
    if (image == null) {
      throw new EvaluationException("boxes need the width and height of the image");
    }
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      places.add(image.place(shown.get(i), boxes.get(i)));
    }
    if (kind == Kind.COLOR) {
      Place place = places.get(0);
      Tint tint = tint(node, shown);
      return List.of(new Place(place.object(), place.x(), place.y(), place.size(), tint));
    }
    return places;
  }

  /** Returns the prompt of the file if it has one, validated like any request. */
  private static String prompt(JsonNode given, String key, String usual) {
    if (given.isMissingNode() || given.isNull()) {
      return usual;
    }
    if (!given.isTextual()) {
      throw new EvaluationException(
          "the %s prompt is %s, which is not text".formatted(key, shown(given)));
    }
    return GenerationRequest.builder(List.of(given.textValue())).build().prompts().get(0);
  }
}
