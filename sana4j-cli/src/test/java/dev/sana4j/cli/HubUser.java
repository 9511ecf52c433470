package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.testkit.FakeHub;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs the command line in separate processes with the environment of a user of a hub. */
final class HubUser {
  static final String TOKEN = "hf_secretOfTheUser";

  private final Path folder;
  private final Map<String, String> environment = new TreeMap<>();

  /**
   * Creates a user with empty caches.
   *
   * @param folder for output and caches
   * @param hub the hub
   */
  HubUser(Path folder, FakeHub hub) {
    this.folder = folder;
    environment.put("HF_ENDPOINT", hub.endpoint());
    environment.put("HF_HOME", folder.resolve("home").toString());
    environment.put("SANA4J_CACHE", folder.resolve("cache").toString());
    environment.put("HF_TOKEN", TOKEN);
    environment.put("no_proxy", "*");
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Returns the folder of converted models. */
  Path converted() {
    return folder.resolve("cache/models");
  }

  /** Runs a command to its end. */
  Run sana(Object... arguments) throws Exception {
    Process process = process(arguments).start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
      Run run = new Run(process.exitValue(), content("out"), content("err"));
      assertThat(run.out() + run.err()).doesNotContain(TOKEN);
      return run;
    } finally {
      process.destroyForcibly();
    }
  }

  ProcessBuilder process(Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), Sana.class.getName()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
    builder.environment().putAll(environment);
    File out = folder.resolve("out").toFile();
    return builder.redirectOutput(out).redirectError(folder.resolve("err").toFile());
  }

  private String content(String name) throws IOException {
    return Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
  }
}
