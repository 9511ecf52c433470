package dev.sana4j.document;

import dev.sana4j.cli.Sana;
import dev.sana4j.tensor.ProcessEnd;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs commands in the working directory of its process, one after the other, until one fails.
 * Standard input has a command per line: the file for its output, or nothing, and its words,
 * separated by tabs.
 */
final class CommandRunner {
  private CommandRunner() {}

  public static void main(String[] arguments) throws IOException {
    ProcessEnd.skipDestructors();
    PrintStream out = System.out;
    var commands = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    for (String command : commands.lines().toList()) {
      List<String> words = List.of(command.split("\t", -1));
      System.setErr(out);
      System.setOut(words.get(0).isEmpty() ? out : file(Path.of(words.get(0))));
      out.println("> " + String.join(" ", words));
      int status = Sana.run(words.subList(1, words.size()).toArray(String[]::new));
      System.out.flush();
      if (status != 0) {
        out.println("exit status " + status);
        System.exit(1);
      }
    }
    System.exit(0);
  }

  private static PrintStream file(Path file) throws IOException {
    return new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
  }
}
