package dev.sana4j.hub;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The licence of a repository as the hub shows it: the name on its card, and the text in the
 * repository.
 *
 * @param card the name on the card; empty if missing
 * @param file the name of the licence in the file LICENSE, or its first line; empty if missing
 */
record Licence(String card, String file) {
  private static final int LONGEST_TITLE = 80;

  /** Licences name others further down, for example those of included software. */
  private static final int BEGINNING = 300;

  /** The names of known licences, and words that occur in the beginning of their texts. */
  private static final List<Known> KNOWN =
      List.of(
          new Known("apache-2.0", "\\bapache license,? version 2\\.0"),
          new Known("nvidia-open-model-license", "nvidia open model license"),
          new Known("nscl-v2-custom", "nscl ?v2-custom"),
          new Known("nvidia source code licence", "nvidia source code license"),
          new Known("gemma", "gemma terms of use"),
          new Known("mit", "\\bmit license\\b"),
          new Known("cc-by-nc-4.0", "attribution-noncommercial 4\\.0 international"));

  private static final Pattern FRONT_MATTER =
      Pattern.compile("\\A---\\s*\\n(.*?)\\n---", Pattern.DOTALL);
  private static final Pattern NAME =
      Pattern.compile("(?m)^(license|license_name):[ \\t]*['\"]?([^'\"\\r\\n#]*)");

  private record Known(String name, String pattern) {}

  /**
   * Returns the licence that a card names in its front matter.
   *
   * @param card the content of README.md
   * @return the name; empty if there is none
   */
  static String ofCard(String card) {
    Matcher front = FRONT_MATTER.matcher(card.replace("\r\n", "\n"));
    String name = "";
    String precise = "";
    if (front.find()) {
      Matcher line = NAME.matcher(front.group(1));
      while (line.find()) {
        String value = line.group(2).strip();
        name = line.group(1).equals("license") ? value : name;
        precise = line.group(1).equals("license_name") ? value : precise;
      }
    }
    return precise.isEmpty() ? name : precise;
  }

  /**
   * Returns the name of a licence from the beginning of its text.
   *
   * @param text the content of LICENSE
   * @return a known name, else the first line
   */
  static String ofText(String text) {
    String all = text.toLowerCase(Locale.ROOT).replaceAll("[\\s*#]+", " ").strip();
    String words = all.substring(0, Math.min(BEGINNING, all.length()));
    String title =
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
    return KNOWN.stream()
        .filter(known -> Pattern.compile(known.pattern()).matcher(words).find())
        .map(Known::name)
        .findFirst()
        .orElse(title.length() > LONGEST_TITLE ? title.substring(0, LONGEST_TITLE) : title);
  }

  /** Returns one line to show before the first download. */
  String notice(HubId id) {
    String name = name();
    return name.isEmpty()
        ? "the hub names no licence of "
            + id.repository()
            + "; read its card before you use the model"
        : "licence of " + id.repository() + ": " + name;
  }

  /** Returns the licence; both names if card and file differ; empty if neither names one. */
  String name() {
    if (card.isBlank() || file.isBlank() || isSame()) {
      return card.isBlank() ? file : card;
    }
    return card + " on its card, " + file + " in its licence file; read both";
  }

  private boolean isSame() {
    return plain(card).equals(plain(file));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
