package dev.sana4j.emoji.scene;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.emoji.scene.EmojiObject.Chinese;
import dev.sana4j.emoji.scene.EmojiObject.English;
import dev.sana4j.emoji.scene.EmojiObject.Near;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.files.StrictJson;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The {@code guide.json} of a model that is trained on scenes: its objects, styles, backgrounds,
 * colours, counts and relations, with all words that captions have for them.
 */
final class SceneGuide {
  private static final ObjectMapper JSON = StrictJson.mapper();

  /** Examples that need nothing but single objects, and then those of the other kinds. */
  private static final List<List<String>> EXAMPLES =
      List.of(
          List.of("a red apple on a blue background", "蓝色背景上的一个红苹果"),
          List.of("a flat cat on a yellow background", "黄色背景上的一只扁平风格的猫"));

  private static final List<String> OF_PAIRS =
      List.of("a 3D cat left of a 3D dog on a white background", "白色背景上，一只3D风格的猫在一只3D风格的狗的左边");
  private static final List<String> OF_COUNTS =
      List.of("two flat strawberries on a green background", "绿色背景上的两颗扁平风格的草莓");
  private static final List<String> OF_COLOURS =
      List.of("a 3D green apple on a white background", "白色背景上的一个3D风格的绿色苹果");

  private SceneGuide() {}

  /** Returns the guide of a model that is trained on scenes of a generator, in UTF-8. */
  static byte[] json(SceneGenerator generator, int side) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(guide(generator, side));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree cannot be written", e);
    }
  }

  private static ObjectNode guide(SceneGenerator generator, int side) {
    List<EmojiObject> objects = generator.objects();
    SceneMix mix = generator.mix();
    ObjectNode guide = JSON.createObjectNode();
    put(
        guide.putObject("knows"),
        "A small demonstration model: it knows %d objects, and its images have %d pixels."
            .formatted(objects.size(), side),
        "这是一个小型演示模型：它认识 %d 种物体，图片为 %d 像素。".formatted(objects.size(), side));
    ArrayNode subjects = guide.putArray("objects");
    objects.forEach(object -> subjects.add(subject(object)));
    ArrayNode examples = guide.putArray("examples");
    examples(mix).forEach(example -> put(examples.addObject(), example.get(0), example.get(1)));
    ArrayNode styles = guide.putArray("styles");
    Arrays.stream(Style.values()).forEach(style -> styles.add(style(style)));
    ArrayNode grounds = guide.putArray("backgrounds");
    Arrays.stream(Background.values()).forEach(ground -> grounds.add(background(ground)));
    putColours(guide.putArray("colors"), generator);
    putCounts(guide.putArray("counts"), mix);
    putRelations(guide.putArray("relations"), mix);
    return guide;
  }

  private static List<List<String>> examples(SceneMix mix) {
    return Stream.of(
            EXAMPLES,
            mix.has(Kind.PAIR) ? List.of(OF_PAIRS) : List.<List<String>>of(),
            mix.has(Kind.COUNT) ? List.of(OF_COUNTS) : List.<List<String>>of(),
            mix.has(Kind.COLOR) ? List.of(OF_COLOURS) : List.<List<String>>of())
        .flatMap(List::stream)
        .toList();
  }

  private static void put(ObjectNode node, String english, String chinese) {
    node.put("en", english).put("zh", chinese);
  }

  private static void putWords(ObjectNode node, Stream<String> english, Stream<String> chinese) {
    english.distinct().forEach(node.putArray("en")::add);
    chinese.distinct().forEach(node.putArray("zh")::add);
  }

  private static ObjectNode subject(EmojiObject object) {
    English english = object.english();
    Chinese chinese = object.chinese();
    ObjectNode subject = JSON.createObjectNode().put("emoji", object.emoji());
    putWords(
        subject,
        Stream.concat(
            Stream.of(English.noun(english.one()), english.many()),
            english.also().stream().map(English::noun)),
        Stream.concat(Stream.of(chinese.noun()), chinese.also().stream()));
    put(subject.putObject("example"), english.one(), chinese.number(1) + chinese.noun());
    Near near = object.near();
    if (near != null) {
      putWords(subject.putObject("near"), near.en().stream(), near.zh().stream());
    }
    return subject;
  }

  private static ObjectNode style(Style style) {
    ObjectNode node = JSON.createObjectNode().put("id", lower(style));
    String english = style.english();
    put(
        node.putObject("name"),
        english.substring(0, 1).toUpperCase(Locale.ROOT) + english.substring(1),
        style.chinese().replace("风格", ""));
    put(node.putObject("word"), english, style.chinese() + "的");
    return node;
  }

  private static ObjectNode background(Background background) {
    String english = background.english();
    ObjectNode node = JSON.createObjectNode().put("id", english);
    put(
        node.putObject("name"),
        english.substring(0, 1).toUpperCase(Locale.ROOT) + english.substring(1),
        background.chinese());
    node.put("color", "#%06x".formatted(background.rgb()));
    put(
        node.putObject("phrase"),
        background.withArticle() + " background",
        background.chinese() + "背景");
    return node;
  }

  private static void putColours(ArrayNode colours, SceneGenerator generator) {
    if (generator.mix().has(Kind.COLOR)) {
      for (Tint tint : Tint.values()) {
        ObjectNode node = colours.addObject().put("id", tint.english());
        putWords(
            node,
            Stream.of(tint.english()),
            Stream.of(tint.chinese(), tint.chinese().substring(0, 1)));
      }
    }
  }

  private static void putCounts(ArrayNode counts, SceneMix mix) {
    int largest = mix.has(Kind.COUNT) ? mix.largestCount() : 1;
    for (int count = 1; count <= largest; count++) {
      String chinese = Chinese.NUMBERS.get(count - 1);
      putWords(
          counts.addObject().put("value", count),
          Stream.of(EnglishCaptions.NUMBERS.get(count - 1), String.valueOf(count)),
          count == 2 ? Stream.of(chinese, "二") : Stream.of(chinese));
    }
  }

  private static void putRelations(ArrayNode relations, SceneMix mix) {
    for (Relation relation : Relation.values()) {
      boolean isKnown = mix.relations().has(relation) || mix.relations().has(relation.opposite());
      if (mix.has(Kind.PAIR) && isKnown) {
        putWords(
            relations.addObject().put("id", lower(relation)),
            Stream.of(relation.english(), relation.side()),
            Stream.of(relation.chinese()));
      }
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
