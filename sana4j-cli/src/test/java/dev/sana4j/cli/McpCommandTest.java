package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class McpCommandTest {
  private static final String OPEN =
      """
      {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
      "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
      """;

  @TempDir private Path folder;

  /** Returns a client of a process, which is started as an assistant starts it. */
  private McpSyncClient assistant(List<ProgressNotification> progress) {
    ServerParameters process =
        ServerParameters.builder(Path.of(System.getProperty("java.home"), "bin", "java").toString())
            .args(
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Sana.class.getName(),
                "mcp",
                "--model",
                Models.SPRINT.toString(),
                "--threads",
                "1",
                "--folder",
                folder.toString())
            .build();
    var transport = new StdioClientTransport(process, new JacksonMcpJsonMapper(new ObjectMapper()));
    return McpClient.sync(transport)
        .requestTimeout(Duration.ofMinutes(2))
        .initializationTimeout(Duration.ofMinutes(2))
        .jsonSchemaValidator((schema, value) -> ValidationResponse.asValid(""))
        .progressConsumer(progress::add)
        .build();
  }

  @Test
  @Timeout(240)
  void anAssistantThatStartsTheCommandGetsImages() throws IOException {
    List<ProgressNotification> progress = new CopyOnWriteArrayList<>();
    try (McpSyncClient assistant = assistant(progress)) {
      assistant.initialize();
      assertThat(assistant.listTools().tools())
          .extracting(Tool::name)
          .contains("generate_image", "edit_image", "upscale_image", "list_models");
      CallToolResult result =
          assistant.callTool(
              CallToolRequest.builder("generate_image")
                  .arguments(Map.of("prompt", "a red apple", "seed", 5))
                  .progressToken("steps")
                  .build());
      String text = ((TextContent) result.content().get(1)).text();
      assertThat(result.isError()).as(text).isFalse();
      assertThat(text).contains("seed 5", "model tiny-sprint", "saved as");
      assertThat(progress).isNotEmpty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      ImageSize size = ImageFiles.read(files.findFirst().orElseThrow()).size();
      assertThat(size.width()).isPositive();
    }
  }

  private static Run run(String input, Object... arguments) {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      return Run.sana(arguments);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void standardOutputHasOnlyMessages() throws IOException {
    String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
    Run run = run(OPEN + "nonsense\n" + ping, "mcp", "--model", Models.SPRINT).succeeds();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      assertThat(new ObjectMapper().readTree(line).path("jsonrpc").asText()).isEqualTo("2.0");
    }
  }

  @Test
  void theEndOfTheInputEndsTheCommand() {
    run("", "mcp", "--model", Models.SPRINT).succeeds();
  }

  @Test
  void aFolderThatDoesNotExistIsRefused() {
    run("", "mcp", "--folder", folder.resolve("none")).isRefused("--folder", "create it");
  }

  @Test
  void aModelThatDoesNotExistIsRefused() {
    run("", "mcp", "--model", folder.resolve("none")).isRefused("none");
  }
}
