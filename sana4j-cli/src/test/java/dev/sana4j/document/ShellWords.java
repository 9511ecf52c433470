package dev.sana4j.document;

import java.util.ArrayList;
import java.util.List;

/** The commands of a shell block, split into words as a POSIX shell does. */
final class ShellWords {
  private ShellWords() {}

  /**
   * A command.
   *
   * @param words its name and arguments, without quotes
   * @param output the file that standard output goes to, or an empty text
   */
  record Command(List<String> words, String output) {
    boolean isSana() {
      return words.get(0).equals("./sana");
    }

    List<String> arguments() {
      return words.subList(1, words.size());
    }
  }

  /** Returns the commands of a block: comments are dropped, lines that end in \ are joined. */
  static List<Command> commands(String block) {
    List<Command> commands = new ArrayList<>();
    for (String line : block.replace("\\\n", " ").split("\n", -1)) {
      List<String> words = words(line);
      while (!words.isEmpty() && words.get(0).matches("[A-Z_0-9]+=.*")) {
        words.remove(0); // an environment variable
      }
      if (!words.isEmpty()) {
        int redirect = words.indexOf(">");
        commands.add(
            redirect < 0
                ? new Command(words, "")
                : new Command(words.subList(0, redirect), words.get(redirect + 1)));
      }
    }
    return commands;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    var word = new StringBuilder();
    boolean open = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        open = true;
      } else if (c == '#' && !open) {
        break;
      } else if (c == ' ') {
        if (open) {
          words.add(word.toString());
        }
        word.setLength(0);
        open = false;
      } else {
        word.append(c);
        open = true;
      }
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }
}
