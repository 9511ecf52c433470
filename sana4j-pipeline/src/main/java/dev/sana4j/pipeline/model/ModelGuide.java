package dev.sana4j.pipeline.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.files.StrictJson;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a model knows, as {@code guide.json} in its folder says. The page shows examples and styles
 * that suit it, and prompts with other words get a note, see {@link PromptVocabulary}.
 *
 * @param knows one sentence
 * @param guidance the guidance scale that looks best, 0 to 100; null for the default of its family
 * @param objects what it can show if it knows only some objects; else empty
 * @param examples prompts to try
 * @param styles styles that it was trained on
 * @param backgrounds backgrounds that it was trained on
 * @param colors colours that objects can have
 * @param counts numbers of objects that it was trained on
 * @param relations relations of two objects that it was trained on
 */
public record ModelGuide(
    Words knows,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double guidance,
    List<Subject> objects,
    List<Words> examples,
    List<StyleChoice> styles,
    List<Backdrop> backgrounds,
    List<Named> colors,
    List<Count> counts,
    List<Named> relations) {
  private static final String FILE = "guide.json";
  private static final int LARGEST = 1 << 18;
  private static final int DEEPEST = 8;
  private static final int LONGEST = 500;
  private static final int MOST = 1000;

  private static final ObjectMapper JSON =
      StrictJson.bounded(DEEPEST)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * A text in two languages.
   *
   * @param en English
   * @param zh Chinese
   */
  public record Words(String en, String zh) {
    /** Checks that both are there. */
    public Words {
      requireText(en, "en");
      requireText(zh, "zh");
    }
  }

  /**
   * An object that the model can show.
   *
   * @param emoji its character
   * @param en English words for it, the first without article before styles
   * @param zh Chinese words for it
   * @param example a prompt with only this object
   * @param near other words for which it is the closest object; null for none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Subject(
      String emoji, List<String> en, List<String> zh, Words example, @Nullable Near near) {
    /** Checks that there are words. */
    public Subject {
      requireText(emoji, "emoji");
      en = texts(en, "en");
      zh = texts(zh, "zh");
      require(!en.isEmpty() && !zh.isEmpty(), "an object needs words in en and zh");
      require(example != null, "an object needs an example");
    }
  }

  /**
   * Words that are near to what a model knows.
   *
   * @param en English words, without articles
   * @param zh Chinese words
   */
  public record Near(List<String> en, List<String> zh) {
    /** Checks the words. */
    public Near {
      en = texts(en, "en");
      zh = texts(zh, "zh");
    }
  }

  /**
   * Something with names, such as a colour or a relation.
   *
   * @param id lower-case letters, digits and hyphens
   * @param en English words for it
   * @param zh Chinese words for it
   */
  public record Named(String id, List<String> en, List<String> zh) {
    /** Checks that there are words. */
    public Named {
      requireId(id);
      en = texts(en, "en");
      zh = texts(zh, "zh");
      require(!en.isEmpty() && !zh.isEmpty(), id + " needs words in en and zh");
    }
  }

  /**
   * A number of objects.
   *
   * @param value from 1
   * @param en English words for it
   * @param zh Chinese words for it
   */
  public record Count(int value, List<String> en, List<String> zh) {
    /** Checks that there are words. */
    public Count {
      require(value >= 1 && value <= MOST, "a count is 1 to " + MOST);
      en = texts(en, "en");
      zh = texts(zh, "zh");
      require(!en.isEmpty() && !zh.isEmpty(), "a count needs words in en and zh");
    }
  }

  /**
   * A style: a word before the objects of the prompt, or a text around the prompt.
   *
   * @param id lower-case letters, digits and hyphens
   * @param name the label
   * @param word put before the objects, or null
   * @param wrap a text with {@code {prompt}}, or null
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StyleChoice(String id, Words name, @Nullable Words word, @Nullable Words wrap) {
    /** Checks that there is one way to apply it. */
    public StyleChoice {
      requireId(id);
      require(name != null, "a style needs a name");
      require((word == null) != (wrap == null), "a style needs either word or wrap");
      require(
          wrap == null || (wrap.en().contains("{prompt}") && wrap.zh().contains("{prompt}")),
          "wrap needs {prompt} in both languages");
    }
  }

  /**
   * A background: a phrase that follows the prompt, or replaces that of another background.
   *
   * @param id lower-case letters, digits and hyphens
   * @param name the label
   * @param color shown beside the label, as {@code #rrggbb}
   * @param phrase such as {@code a blue background}
   */
  public record Backdrop(String id, Words name, String color, Words phrase) {
    /** Checks the parts. */
    public Backdrop {
      requireId(id);
      require(name != null && phrase != null, "a background needs name and phrase");
      require(color != null && color.matches("#[0-9a-fA-F]{6}"), "a color is written as #rrggbb");
    }
  }

  /** Checks the sizes. */
  public ModelGuide {
    require(knows != null, "knows is missing");
    require(guidance == null || (guidance >= 0 && guidance <= 100), "guidance is 0 to 100");
    objects = checked(objects, "objects");
    examples = checked(examples, "examples");
    styles = checked(styles, "styles");
    backgrounds = checked(backgrounds, "backgrounds");
    colors = checked(colors, "colors");
    counts = checked(counts, "counts");
    relations = checked(relations, "relations");
    long ids =
        Stream.concat(styles.stream().map(StyleChoice::id), backgrounds.stream().map(Backdrop::id))
            .distinct()
            .count();
    require(ids == styles.size() + backgrounds.size(), "two choices have one id");
  }

  /**
   * Reads the guide of a model folder.
   *
   * @param folder the model
   * @return the guide, or null if the folder has none
   * @throws ModelException if it is not valid
   */
  public static @Nullable ModelGuide read(ModelFolder folder) {
    Path file = folder.root().resolve(FILE);
    return Files.isRegularFile(file) ? parse(StrictJson.read(file, LARGEST), file) : null;
  }

  /**
   * Parses a guide.
   *
   * @param json the contents of the file
   * @param file its path, for messages
   * @return the guide
   * @throws ModelException if it is not valid
   */
  public static ModelGuide parse(byte[] json, Path file) {
    try {
      ModelGuide guide = JSON.readValue(json, ModelGuide.class);
      if (guide == null) {
        throw new ModelException(file + " is null; describe the model, or delete the file");
      }
      return guide;
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("it cannot be parsed");
      throw new ModelException(file + " is not a valid guide:  " + reason);
    } catch (IOException e) {
      throw new ModelException(file + ": " + StrictJson.reason(e));
    }
  }

  private static <T> List<T> checked(@Nullable List<T> list, String name) {
    if (list == null) {
      return List.of();
    }
    require(list.size() <= MOST, name + " has more than " + MOST + " entries");
    require(list.stream().noneMatch(each -> each == null), name + " contains null");
    return List.copyOf(list);
  }

  private static List<String> texts(@Nullable List<String> list, String name) {
    List<String> texts = checked(list, name);
    texts.forEach(text -> requireText(text, name));
    return texts;
  }

  private static void requireText(@Nullable String text, String name) {
    require(
        text != null && !text.isBlank() && text.length() <= LONGEST,
        name + " needs 1 to " + LONGEST + " characters");
  }

  private static void requireId(@Nullable String id) {
    require(id != null && id.matches("[a-z0-9-]{1,40}"), "an id has 1 to 40 of a-z, 0-9 and -");
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
