package dev.sana4j.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Documents a kind of config: a commented template and a table. */
final class RecipeDocument {
  private static final int LINE = 96;

  private RecipeDocument() {}

  /** Returns the lines of a commented YAML with every key and default. */
  static List<String> template(Class<?> type) {
    return template(RecipeKey.of(type));
  }

  private static List<String> template(List<RecipeKey> keys) {
    List<String> lines = new ArrayList<>();
    for (RecipeKey key : keys) {
      if (key.block() != null && !lines.isEmpty()) {
        lines.add("");
      }
      lines.addAll(comment(key.doc()));
      lines.addAll(entry(key));
    }
    return lines;
  }

  private static List<String> entry(RecipeKey key) {
    List<String> lines = new ArrayList<>();
    Class<?> block = key.block();
    String fallback = key.fallback();
    if (block == null || key.isList()) {
      lines.add(key.name() + ":" + (fallback == null ? " # required" : " " + fallback));
      if (block != null) {
        lines.add("# An entry:");
        lines.addAll(prefixed("#   ", item(template(key.inside()))));
      }
    } else if ("{}".equals(fallback)) {
      lines.add(key.name() + ":");
      lines.addAll(prefixed("  ", template(key.inside())));
    } else {
      lines.add("# " + key.name() + ":");
      lines.addAll(prefixed("#   ", template(key.inside())));
    }
    return lines;
  }

  private static List<String> item(List<String> block) {
    List<String> lines = prefixed("  ", block);
    lines.set(0, "- " + lines.get(0).strip());
    return lines;
  }

  private static List<String> prefixed(String prefix, List<String> lines) {
    return new ArrayList<>(lines.stream().map(line -> (prefix + line).stripTrailing()).toList());
  }

  private static List<String> comment(String text) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder("#");
    for (String word : text.strip().split("\\s+", -1)) {
      if (line.length() + 1 + word.length() > LINE) {
        lines.add(line.toString());
        line.setLength(1);
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /**
   * Returns the rows of a Markdown table: key, default, meaning. Blocks of the given types are one
   * row with a link to their own table and the defaults that differ from it.
   */
  static List<String> table(Class<?> type, Map<Class<?>, String> shared) {
    List<String> rows = new ArrayList<>(List.of("| key | default | meaning |", "|---|---|---|"));
    addRows(RecipeKey.of(type), "", shared, rows);
    return rows;
  }

  private static void addRows(
      List<RecipeKey> keys, String prefix, Map<Class<?>, String> shared, List<String> rows) {
    for (RecipeKey key : keys) {
      String path = prefix + key.name();
      String anchor = key.block() == null ? null : shared.get(key.block());
      String meaning = cell(key.doc()) + (anchor == null ? "" : " " + link(key, anchor));
      rows.add("| `" + path + "` | " + fallback(key) + " | " + meaning + " |");
      if (anchor == null) {
        addRows(key.inside(), path + (key.isList() ? "[]." : "."), shared, rows);
      }
    }
  }

  private static String link(RecipeKey block, String anchor) {
    String defaults =
        block.inside().stream()
            .filter(RecipeKey::hasOuterDefault)
            .map(key -> "`" + key.name() + ": " + cell(String.valueOf(key.fallback())) + "`")
            .collect(Collectors.joining(", "));
    String keys = "Keys: [" + anchor + "](#" + anchor + ")";
    return defaults.isEmpty() ? keys + "." : keys + "; defaults here: " + defaults + ".";
  }

  private static String fallback(RecipeKey key) {
    String fallback = key.fallback();
    if (fallback == null) {
      return "required";
    }
    if (fallback.equals("null")) {
      return "none";
    }
    return key.isBlock() ? "" : "`" + cell(fallback) + "`";
  }

  private static String cell(String text) {
    return text.replaceAll("\\s+", " ").replace("|", "\\|");
  }
}
