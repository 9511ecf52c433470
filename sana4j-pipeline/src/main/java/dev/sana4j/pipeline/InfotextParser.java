package dev.sana4j.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses the text format of AUTOMATIC1111 in one pass over each line. */
final class InfotextParser {
  /** A last line with fewer settings is part of the prompt. */
  private static final int FEWEST_SETTINGS = 3;

  private static final int MOST_SETTINGS = 1000;
  private static final int LONGEST_NAME = 100;
  private static final String FIRST_SETTING = "Steps:";

  private final String line;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private int at;

  private InfotextParser(String line) {
    this.line = line;
  }

  static Infotext parse(String text) {
    List<String> lines = text.strip().lines().toList();
    int end = settingsLine(lines);
    Map<String, String> settings =
        end < lines.size() ? new InfotextParser(lines.get(end)).settings() : Map.of();
    List<String> prompt = new ArrayList<>();
    List<String> negative = new ArrayList<>();
    List<String> current = prompt;
    for (String line : lines.subList(0, end)) {
      String words = line;
      if (current == prompt && line.strip().startsWith(Infotext.NEGATIVE)) {
        current = negative;
        words = line.strip().substring(Infotext.NEGATIVE.length()).strip();
      }
      current.add(words);
    }
    return new Infotext(
        String.join("\n", prompt).strip(), String.join("\n", negative).strip(), settings);
  }

  /**
   * Returns the index of the line with the settings: the last one that begins with the steps, else
   * the last line if it has several settings; the number of lines if there is none.
   */
  private static int settingsLine(List<String> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).strip().startsWith(FIRST_SETTING)) {
        return i;
      }
    }
    int last = lines.size() - 1;
    boolean several =
        last >= 0 && new InfotextParser(lines.get(last)).settings().size() >= FEWEST_SETTINGS;
    return several ? last : lines.size();
  }

  private Map<String, String> settings() {
    while (at < line.length() && settings.size() < MOST_SETTINGS) {
      int colon = line.indexOf(':', at);
      if (colon < 0) {
        break;
      }
      String name = line.substring(Math.max(at, line.lastIndexOf(',', colon) + 1), colon).strip();
      at = colon + 1;
      String value = value();
      if (!name.isEmpty() && name.length() <= LONGEST_NAME) {
        settings.put(name, Infotext.unquoted(value));
      }
    }
    return settings;
  }

  /** Returns the value up to the next comma, or up to the end of its quotes. */
  private String value() {
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    int start = at;
    if (at < line.length() && line.charAt(at) == '"') {
      at = endOfQuotes();
    }
    int comma = line.indexOf(',', at);
    at = comma < 0 ? line.length() : comma + 1;
    return line.substring(start, comma < 0 ? line.length() : comma).strip();
  }

  /** Returns the index after the closing quotes; without any, that of the opening ones. */
  private int endOfQuotes() {
    for (int i = at + 1; i < line.length(); i++) {
      if (line.charAt(i) == '\\') {
        i++;
      } else if (line.charAt(i) == '"') {
        return i + 1;
      }
    }
    return at;
  }
}
