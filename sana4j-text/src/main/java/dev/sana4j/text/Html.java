package dev.sana4j.text;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Extracts the text of HTML with patterns. This is enough for captions; it is not a parser. */
final class Html {

  private static final Pattern HIDDEN =
      Pattern.compile("(?is)<!--.*?-->|<(script|style)\\b[^>]*>.*?</\\1\\s*>");
  private static final Pattern TAG = Pattern.compile("</?[a-zA-Z][^>]*>|<[!?][^>]*>");
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));?");

  private static final Map<String, String> NAMED =
      Map.ofEntries(
          Map.entry("amp", "&"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("quot", "\""),
          Map.entry("apos", "'"),
          Map.entry("nbsp", "\u00A0"),
          Map.entry("copy", "\u00A9"),
          Map.entry("reg", "\u00AE"),
          Map.entry("trade", "\u2122"),
          Map.entry("deg", "\u00B0"),
          Map.entry("times", "\u00D7"),
          Map.entry("middot", "\u00B7"),
          Map.entry("bull", "\u2022"),
          Map.entry("hellip", "\u2026"),
          Map.entry("ndash", "\u2013"),
          Map.entry("mdash", "\u2014"),
          Map.entry("lsquo", "\u2018"),
          Map.entry("rsquo", "\u2019"),
          Map.entry("ldquo", "\u201C"),
          Map.entry("rdquo", "\u201D"),
          Map.entry("laquo", "\u00AB"),
          Map.entry("raquo", "\u00BB"),
          Map.entry("euro", "\u20AC"),
          Map.entry("pound", "\u00A3"));

  private Html() {}

  /** Removes comments, scripts, styles and tags, and resolves character references once. */
  static String text(String html) {
    String visible = HIDDEN.matcher(html).replaceAll("");
    return unescape(TAG.matcher(visible).replaceAll(""));
  }

  /** Resolves numeric and common named character references; keeps the others unchanged. */
  static String unescape(String text) {
    return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(resolve(match)));
  }

  private static String resolve(MatchResult match) {
    if (match.group(1) != null) {
      return character(Integer.parseInt(match.group(1)));
    }
    if (match.group(2) != null) {
      return character(Integer.parseInt(match.group(2), 16));
    }
    return NAMED.getOrDefault(match.group(3), match.group());
  }

  private static String character(int codePoint) {
    boolean valid =
        Character.isValidCodePoint(codePoint)
            && codePoint != 0
            && Character.getType(codePoint) != Character.SURROGATE;
    return Character.toString(valid ? codePoint : 0xFFFD);
  }
}
