package dev.sana4j.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Optional cleaning for captions from web pages. Removes addresses, markup, file names, codes and
 * advertising, and makes punctuation uniform.
 *
 * <p>It follows the cleaning of the DeepFloyd IF and diffusers pipelines, which also remove Chinese
 * characters and convert to lower case. Do not use it for prompts written by hand. The cleaning is
 * applied twice, as in the reference. Differences: broken encodings are not repaired (the reference
 * uses the library ftfy), only common named character references are resolved, and markup is
 * removed with patterns instead of an HTML parser.
 */
public final class CaptionCleaner {

  /** Maximum number of characters of a caption; some rules take quadratic time. */
  public static final int MAX_CHARS = 5_000;

  private static final String FILE_TYPES = "(?:png|jpg|jpeg|bmp|webp|eps|pdf|apk|mp4)";
  private static final String HOST =
      "[a-zA-Z0-9.\\-]+[.](?:com|co|ru|net|org|edu|gov|it)[\\w/-]*\\b/?(?!@)";

  private static final Pattern PERCENT_CODES = Pattern.compile("(?:%[0-9a-fA-F]{2})+");
  private static final Pattern WORD_JOINER = Pattern.compile("[-_]");

  /** A caption with more joiners than this is treated as a name like this-is-my-cute-cat. */
  private static final int MAX_JOINERS = 3;

  private static final List<Rule> ADDRESSES =
      List.of(
          rule("<person>", "person"),
          rule("\\b(?:https?:(?:/{1,3}|[a-zA-Z0-9%])|" + HOST + ")", ""),
          rule("\\b(?:www:(?:/{1,3}|[a-zA-Z0-9%])|" + HOST + ")", ""));

  private static final List<Rule> SYMBOLS =
      List.of(
          rule("@\\w+\\b", ""),
          // CJK strokes, Katakana extensions, enclosed and compatibility forms, hexagrams, Han.
          rule("[\\u31C0-\\u9FFF]+", ""),
          rule(
              "[\\x2D\\u058A\\u05BE\\u1400\\u1806\\u2010-\\u2015\\u2E17\\u2E1A\\u2E3A\\u2E3B\\u2E40"
                  + "\\u301C\\u3030\\u30A0\\uFE31\\uFE32\\uFE58\\uFE63\\uFF0D]+",
              "-"),
          rule("[`\\xB4\\xAB\\xBB\\u201C\\u201D\\xA8]", "\""),
          rule("[\\u2018\\u2019]", "'"),
          rule("&quot;?|&amp", ""),
          rule("\\d{1,3}(?:\\.\\d{1,3}){3}", " "), // IP addresses
          rule("\\d:\\d\\d\\s+$", ""), // article ids
          rule("\\\\n", " "), // the two characters of an escaped newline
          rule("#\\d{1,3}\\b", ""),
          rule("#\\d{5,}\\b", ""),
          rule("\\b\\d{6,}\\b", ""),
          // Anchored at the word's start: the same matches, in linear time.
          rule("(?<!\\S)\\S+\\." + FILE_TYPES, ""),
          rule("[\"']{2,}", "\""),
          rule("\\.{2,}", " "),
          rule(
              "[#\\xAE\\u2022\\xA9\\u2122&@\\xB7\\xBA\\xBD\\xBE\\xBF\\xA1\\xA7~)(\\]\\[}{|\\\\/*]+",
              " "),
          rule("\\s+\\.\\s+", " "));

  private static final List<Rule> CODES =
      List.of(
          rule("\\b[a-zA-Z]{1,3}\\d{3,15}\\b", ""), // jc6640
          rule("\\b[a-zA-Z]+\\d+[a-zA-Z]+\\b", ""), // jc6640vc
          rule("\\b\\d+[a-zA-Z]+\\d+\\b", ""), // 6640vc231
          rule("(?:worldwide\\s+)?(?:free\\s+)?shipping", ""),
          rule("(?:free\\s)?download(?:\\sfree)?", ""),
          rule("\\bclick\\b\\s(?:for|on)\\s\\w+", ""),
          rule("\\b" + FILE_TYPES + "(?:\\simages?)?", ""),
          rule("\\bpage\\s+\\d+\\b", ""),
          rule("\\b\\d*[a-zA-Z]+\\d+[a-zA-Z]+\\d+[a-zA-Z\\d]*\\b", " "), // j2d1a2a
          rule("\\b\\d+\\.?\\d*[x\\u0445\\xD7]\\d+\\.?\\d*\\b", "")); // 640x480, also Cyrillic

  private static final List<Rule> LAYOUT =
      List.of(
          rule("\\b\\s+:\\s+", ": "),
          rule("(\\D[,./])\\b", "$1 "),
          rule("\\s+", " "),
          rule("^[\"'](?s:(.+))[\"']$", "$1"),
          rule("^['_,\\-:;]", ""),
          rule("['_,\\-:+]$", ""),
          rule("^\\.\\S+$", ""));

  private CaptionCleaner() {}

  /**
   * Cleans a caption.
   *
   * @param caption at most {@value #MAX_CHARS} characters
   * @return the cleaned caption in lower case; may be empty
   * @throws TextException if the caption is too long
   */
  public static String clean(String caption) {
    if (caption.length() > MAX_CHARS) {
      throw new TextException(
          "the prompt has "
              + caption.length()
              + " characters; caption cleaning accepts at most "
              + MAX_CHARS);
    }
    return cleanOnce(cleanOnce(caption));
  }

  private static String cleanOnce(String caption) {
    String text = Whitespace.strip(decodePercents(caption)).toLowerCase(Locale.ROOT);
    text = apply(ADDRESSES, text);
    text = Html.text(text);
    text = apply(SYMBOLS, text);
    if (WORD_JOINER.matcher(text).results().count() > MAX_JOINERS) {
      text = WORD_JOINER.matcher(text).replaceAll(" ");
    }
    text = Html.unescape(Html.unescape(text));
    text = apply(CODES, text);
    return Whitespace.strip(apply(LAYOUT, text));
  }

  private static String decodePercents(String text) {
    return PERCENT_CODES
        .matcher(text.replace('+', ' '))
        .replaceAll(match -> Matcher.quoteReplacement(decode(match.group())));
  }

  private static String decode(String codes) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 1; i < codes.length(); i += 3) {
      bytes.write(Integer.parseInt(codes, i, i + 2, 16));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String apply(List<Rule> rules, String text) {
    for (Rule rule : rules) {
      text = rule.pattern().matcher(text).replaceAll(rule.replacement());
    }
    return text;
  }

  /**
   * Compiles a rule with the character classes of the reference's language, Python: letters and
   * digits of all of Unicode, and matching word boundaries.
   */
  private static Rule rule(String regex, String replacement) {
    String word = "[\\p{L}\\p{N}_]";
    String portable =
        regex
            .replace("\\b", "(?:(?<=W)(?!W)|(?<!W)(?=W))".replace("W", word))
            .replace("\\w", word)
            .replace("\\s", "[" + Whitespace.CLASS + "]")
            .replace("\\S", "[^" + Whitespace.CLASS + "]")
            .replace("\\d", "\\p{Nd}")
            .replace("\\D", "\\P{Nd}");
    return new Rule(Pattern.compile(portable, Pattern.UNIX_LINES), replacement);
  }

  private record Rule(Pattern pattern, String replacement) {}
}
