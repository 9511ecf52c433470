package dev.sana4j.emoji.scene;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of scenes and its names.
 *
 * @param id lower-case letters, digits and hyphens; it never changes, because {@link HeldOut}
 *     depends on it
 * @param emoji the character itself, with its variation selector if it has one
 * @param tier 1 for the first objects to use, 2 for the others
 * @param tints whether it looks right in every {@link Tint}
 * @param english its English name
 * @param chinese its Chinese name
 * @param near other things for which it is the closest object; null for none
 */
public record EmojiObject(
    String id,
    String emoji,
    int tier,
    boolean tints,
    English english,
    Chinese chinese,
    @Nullable Near near) {
  /**
   * Checks the parts.
   *
   * @param id not blank
   * @param emoji not blank
   * @param tier 1 or 2
   * @param tints whether it looks right in every {@link Tint}
   * @param english its English name
   * @param chinese its Chinese name
   * @param near other things for which it is the closest object; null for none
   */
  public EmojiObject {
    if (!id.matches("[a-z0-9-]+") || emoji.isBlank() || tier < 1 || tier > 2) {
      throw new IllegalArgumentException("an object lacks id, emoji or tier: " + id);
    }
  }

  /**
   * Names of other things that resemble an object. If a name is also that of an object that a model
   * knows, it means that object.
   *
   * @param en English names, without articles
   * @param zh Chinese names
   */
  public record Near(List<String> en, List<String> zh) {
    /** Copies the lists. */
    public Near {
      en = List.copyOf(en);
      zh = List.copyOf(zh);
    }
  }

  /**
   * An English noun.
   *
   * @param one with its article: {@code an apple}
   * @param many the plural: {@code apples}
   * @param also other singular names, with article, that are true in every style
   */
  public record English(String one, String many, List<String> also) {
    /**
     * Checks the articles.
     *
     * @param one begins with {@code a} or {@code an}
     * @param many not blank
     * @param also each begins with {@code a} or {@code an}
     */
    public English {
      also = List.copyOf(also);
      for (String name : also) {
        noun(name);
      }
      noun(one);
      if (many.isBlank()) {
        throw new IllegalArgumentException(one + " lacks a plural");
      }
    }

    /**
     * Returns a name without its article, so that an adjective can precede it.
     *
     * @param name such as {@code an apple}
     * @return for example {@code apple}
     */
    static String noun(String name) {
      if (!name.matches("an? \\S.*")) {
        throw new IllegalArgumentException("\"" + name + "\" lacks its article");
      }
      return name.substring(name.indexOf(' ') + 1);
    }
  }

  /**
   * A Chinese noun.
   *
   * @param measure its measure word: 只, 辆, ...
   * @param noun the name without measure word
   * @param also other names that go with the same measure word
   */
  public record Chinese(String measure, String noun, List<String> also) {
    static final List<String> NUMBERS = List.of("一", "两", "三", "四", "五");

    /**
     * Checks the parts.
     *
     * @param measure not blank
     * @param noun not blank
     * @param also none blank
     */
    public Chinese {
      also = List.copyOf(also);
      if (measure.isBlank() || noun.isBlank() || also.stream().anyMatch(String::isBlank)) {
        throw new IllegalArgumentException(
            "a Chinese noun lacks its measure word or name: " + noun);
      }
    }

    /**
     * Returns a number with the measure word.
     *
     * @param count 1 to 5
     * @return for example 两只
     */
    String number(int count) {
      return NUMBERS.get(count - 1) + measure;
    }
  }
}
