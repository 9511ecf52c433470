package dev.sana4j.server.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.ServerFixture;
import dev.sana4j.server.http.LoraFolder;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.ImageGenerator;
import dev.sana4j.server.jobs.ImageGenerators;
import dev.sana4j.server.jobs.JobObserver;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.JobSettings;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelAliases;
import dev.sana4j.server.store.MemoryJobStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The protocol over pipes. */
@Timeout(60)
class StdioConnectionTest {
  private static final String OPEN =
      """
      {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
      "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

  /** A connection whose other end is in this process. */
  private static final class Pipe implements AutoCloseable {
    private final JobService jobs;
    private final PipedOutputStream input = new PipedOutputStream();
    private final BufferedReader output;
    private final Thread thread;
    private int id;

    Pipe(ImageGenerator generator, @Nullable Path folder) throws IOException {
      ImageGenerators models = ImageGenerators.of(generator);
      jobs =
          JobService.start(
              models, Filters.NONE, JobSettings.standard(), new MemoryJobStore(), JobObserver.NONE);
      ServedModels served =
          new ServedModels(models, Limits.standard(), LoraFolder.none(), ModelAliases.standard());
      PipedOutputStream out = new PipedOutputStream();
      output = new BufferedReader(new InputStreamReader(new PipedInputStream(out, 1 << 20), UTF_8));
      StdioConnection connection =
          new StdioConnection(
              served.standard(),
              () -> new ImageEngine(jobs, served),
              folder == null ? null : ImageFolder.of(folder),
              new PipedInputStream(input, 1 << 20),
              out);
      thread =
          new Thread(
              () -> {
                try {
                  connection.run();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      thread.start();
    }

    void send(String line) throws IOException {
      input.write((line + "\n").getBytes(UTF_8));
      input.flush();
    }

    JsonNode read() throws IOException {
      return ServerFixture.JSON.readTree(output.readLine());
    }

    JsonNode call(String arguments, String tool) throws IOException {
      send(
          "{\"jsonrpc\":\"2.0\",\"id\":"
              + ++id
              + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
              + tool
              + "\",\"arguments\":"
              + arguments
              + "}}");
      return read();
    }

    void open() throws IOException {
      send(OPEN);
      assertThat(read().at("/result/serverInfo/name").asText()).isEqualTo("sana4j");
      send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    @Override
    public void close() throws IOException {
      input.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      jobs.close();
    }
  }

  @Test
  void anImageIsGenerated() throws IOException {
    try (Pipe pipe = new Pipe(new FakeGenerator(), null)) {
      pipe.open();
      JsonNode answer = pipe.call("{\"prompt\":\"a cat\",\"seed\":3}", "generate_image");
      assertThat(answer.at("/result/content/0/mimeType").asText()).isEqualTo("image/png");
      assertThat(answer.at("/result/content/1/text").asText())
          .contains("seed 3")
          .doesNotContain("http");
    }
  }

  @Test
  void aRequestBeforeTheFirstIsRefused() throws IOException {
    try (Pipe pipe = new Pipe(new FakeGenerator(), null)) {
      assertThat(pipe.call("{}", "list_models").at("/error/message").asText())
          .isEqualTo("send initialize first");
    }
  }

  @Test
  void otherMessagesAreAnsweredWhileACallRunsAndItIsCancelled() throws IOException {
    try (Pipe pipe = new Pipe(new FakeGenerator(Duration.ofMillis(200)), null)) {
      pipe.open();
      pipe.send(
          """
          {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"generate_image",\
          "arguments":{"prompt":"a cat","steps":50},"_meta":{"progressToken":5}}}""");
      JsonNode told = pipe.read();
      assertThat(told.path("method").asText()).isEqualTo("notifications/progress");
      assertThat(told.at("/params/progressToken").asInt()).isEqualTo(5);
      pipe.send(
          """
          {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""");
      pipe.send("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"ping\"}");
      JsonNode next = pipe.read();
      while (next.has("method")) {
        next = pipe.read();
      }
      assertThat(next.path("id").asInt()).isEqualTo(8); // the cancelled call has no answer
    }
  }

  @Test
  void theEndOfTheInputCancelsTheCalls() throws IOException {
    FakeGenerator generator = new FakeGenerator(Duration.ofMillis(100));
    try (Pipe pipe = new Pipe(generator, null)) {
      pipe.open();
      pipe.send(
          """
          {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"generate_image",\
          "arguments":{"prompt":"a cat","steps":50},"_meta":{"progressToken":5}}}""");
      pipe.read();
    }
    assertThat(generator.steps()).isLessThan(50);
  }

  @Test
  void malformedMessagesAreAnsweredAndTheConnectionGoesOn() throws IOException {
    try (Pipe pipe = new Pipe(new FakeGenerator(), null);
        Stream<String> messages = MalformedMessagesTest.messages()) {
      pipe.open();
      for (String message : messages.toList()) {
        pipe.send(message);
        pipe.send("{\"jsonrpc\":\"2.0\",\"id\":\"mark\",\"method\":\"ping\"}");
        JsonNode answer = pipe.read();
        while (!answer.path("id").asText().equals("mark")) {
          assertThat(answer.toString())
              .doesNotContain("Exception", "java.", "dev.sana4j", "io.modelcontextprotocol");
          answer = pipe.read();
        }
      }
    }
  }

  @Test
  void imagesAreReadFromTheFolderAndSavedInIt(@TempDir Path folder) throws IOException {
    try (Pipe pipe = new Pipe(new FakeGenerator(), folder)) {
      pipe.open();
      pipe.call("{\"prompt\":\"a cat\"}", "generate_image");
      String file;
      try (Stream<Path> files = Files.list(folder)) {
        file = files.findFirst().orElseThrow().getFileName().toString();
      }
      JsonNode answer = pipe.call("{\"image\":\"file:" + file + "\"}", "upscale_image");
      assertThat(answer.at("/result/content/1/text").asText()).contains("64x64", "saved as");
    }
  }

  @Test
  void filesOutsideOfTheFolderAreNotRead(@TempDir Path folder) throws IOException {
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Files.write(folder.resolve("secret.png"), new byte[9]);
    Files.createSymbolicLink(inside.resolve("link.png"), folder.resolve("secret.png"));
    try (Pipe pipe = new Pipe(new FakeGenerator(), inside)) {
      pipe.open();
      for (String name :
          List.of("../secret.png", "link.png", folder.resolve("secret.png").toString(), "", ".")) {
        JsonNode answer = pipe.call("{\"image\":\"file:" + name + "\"}", "upscale_image");
        assertThat(answer.at("/result/content/0/text").asText())
            .isEqualTo("image is not a file in the folder of images");
      }
    }
  }
}
