package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ServeCommandTest {
  @TempDir private Path folder;

  /** Collects the output of a command, and returns its first line as soon as it appears. */
  private static final class Output extends ByteArrayOutputStream {
    private final CompletableFuture<String> line = new CompletableFuture<>();

    @Override
    public synchronized void write(byte[] bytes, int from, int count) {
      super.write(bytes, from, count);
      String text = toString(StandardCharsets.UTF_8);
      if (text.contains("\n")) {
        line.complete(text.strip());
      }
    }
  }

  /** A server of a small model on its own thread. */
  private static final class Server {
    private final Output out = new Output();
    private final CompletableFuture<Run> done = new CompletableFuture<>();
    private final Thread thread;

    Server(Object... options) {
      List<Object> arguments =
          new ArrayList<>(List.of("serve", "--model", Models.SPRINT, "--port", 0));
      arguments.addAll(List.of(options));
      thread = new Thread(() -> done.complete(Run.sana(out, arguments.toArray())));
      thread.start();
    }

    String address() throws Exception {
      return out.line.get(1, TimeUnit.MINUTES);
    }

    Run stopped() throws Exception {
      thread.interrupt();
      return done.get(1, TimeUnit.MINUTES).succeeds();
    }
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  /** Returns the options after the other sources were read. */
  private static CommandLine parsed(Map<String, String> environment, String... arguments) {
    CommandLine command = new CommandLine(new ServeCommand());
    command.setDefaultValueProvider(new OptionSource(environment));
    command.parseArgs(arguments);
    return command;
  }

  private static Object value(CommandLine command, String option) {
    return command.getCommandSpec().findOption(option).getValue();
  }

  @Test
  void aServerMakesImagesUntilItIsStopped() throws Exception {
    Path keys = file("keys.txt", "anna secret");
    Server server = new Server("--api-keys", keys);
    String address = server.address();
    HttpResponse<String> answer = answer(address, "secret");
    Run run = server.stopped();
    assertThat(answer.body()).contains("\"id\":\"tiny-sprint\"");
    assertThat(address).matches("http://127\\.0\\.0\\.1:[1-9]\\d+");
    assertThat(run.out().strip()).isEqualTo(address);
    assertThat(run.err()).contains("settings:", "1, hidden").doesNotContain("secret");
  }

  @Test
  void everyModelFolderOfAFolderIsServed() throws Exception {
    Models.copy(Models.SANA, folder.resolve("flow"));
    Files.createDirectories(folder.resolve("holiday photos"));
    Server server =
        new Server(
            "--models-dir",
            folder,
            "--other-models",
            "guide=" + Models.TEACHER,
            "--model-aliases",
            "painter=flow");
    HttpResponse<String> answer = answer(server.address(), "any");
    server.stopped();
    assertThat(Models.JSON.readTree(answer.body()).path("data").findValuesAsText("id"))
        .containsExactly("tiny-sprint", "guide", "flow", "painter");
  }

  @Test
  void theJudgeOfTheServerChoosesTheBestOfSeveralImages() throws Exception {
    Path clip = Models.REFERENCE.resolve("clip/model");
    Server server = new Server("--judge", "clip", "--judge-model", clip);
    String wanted = "{\"prompt\":\"a cat\",\"seed\":7,\"best_of\":3,\"size\":\"64x64\"}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.address() + "/v1/images/generations"))
            .POST(HttpRequest.BodyPublishers.ofString(wanted))
            .build();
    HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    server.stopped();
    JsonNode image = Models.JSON.readTree(answer.body()).at("/data/0");
    assertThat(image.path("score").isNumber()).as(answer.body()).isTrue();
    assertThat(image.path("seed").asLong()).isBetween(7L, 9L);
    byte[] png = image.path("b64_json").binaryValue();
    assertThat(ImageFiles.readTexts(ImageSource.of("image", png)).get("sana4j-best-of"))
        .contains("\"judge\":\"clip\"", "\"of\":3");
  }

  private static HttpResponse<String> answer(String address, String key) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/v1/models"))
            .header("Authorization", "Bearer " + key)
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  @Test
  void anOptionWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
    Path config = file("serve.properties", "port=1001", "queue=11", "deadline=21");
    Map<String, String> environment =
        Map.of("SANA4J_SERVE_PORT", "1002", "SANA4J_SERVE_QUEUE", "12");
    CommandLine command = parsed(environment, "--port", "1003", "--config", config.toString());
    assertThat(value(command, "--port")).isEqualTo(1003);
    assertThat(value(command, "--queue")).isEqualTo(12);
    assertThat(value(command, "--deadline")).isEqualTo(21);
    assertThat(value(command, "--grace")).isEqualTo(30);
  }

  @Test
  void theFileCanBeNamedInTheEnvironment() throws IOException {
    Path config = file("serve.properties", "model=" + folder, "log-json=true");
    CommandLine command = parsed(Map.of("SANA4J_SERVE_CONFIG", config.toString()));
    assertThat(value(command, "--model")).isEqualTo(folder.toString());
    assertThat(value(command, "--log-json")).isEqualTo(true);
  }

  @Test
  void aDamagedDatabaseStopsTheStart() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("jobs.db"), "these are not jobs. ".repeat(50));
    Run run = Run.sana("serve", "--model", Models.SPRINT, "--port", 0, "--data", data);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).last().asString().contains("is damaged; move it away");
  }

  @Test
  void aNameThatDoesNotExistIsRefused() throws IOException {
    Run.sana("serve", "--config", file("serve.properties", "qeue=3")).isRefused("sets qeue");
    Run.sana("serve", "--config", folder.resolve("none")).isRefused("does not exist");
  }

  @ParameterizedTest
  @CsvSource({
    "--port, 70000, not between",
    "--queue, 0, not between",
    "--max-steps, many, not an int",
    "--cors, example.org, not an origin",
    "--safety-threshold, 2, not between",
    "--block-list, /nowhere, cannot be read",
    "--api-keys, /nowhere, cannot be read",
    "--models-dir, /nowhere, is not a folder",
    "--model-memory, 0, is not above 0",
    "--other-models, big, is not NAME=MODEL",
    "--other-models, a/b=emoji, is not NAME=MODEL",
    "--other-models, tiny-sprint=emoji, already the name",
    "--model-aliases, =emoji, neither NAME nor NAME=MODEL",
    "--model-aliases, painter=nobody, means an unknown model",
    "--judge, clip, needs --judge-model"
  })
  void aSettingOutOfRangeIsRefused(String option, String value, String because) {
    Run run = Run.sana("serve", "--model", Models.SPRINT, option, value);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(because);
  }

  @Test
  void aPortInUseIsRefused() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run run = Run.sana("serve", "--model", Models.SPRINT, "--port", taken.getLocalPort());
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).contains("cannot listen on 127.0.0.1", "(--port)");
    }
  }
}
