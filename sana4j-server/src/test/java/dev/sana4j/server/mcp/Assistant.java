package dev.sana4j.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.server.ServerFixture;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the SDK. */
public final class Assistant implements AutoCloseable {
  private static final JsonSchemaValidator UNCHECKED =
      (schema, value) -> JsonSchemaValidator.ValidationResponse.asValid("");
  private static final Pattern NAME = Pattern.compile("image:[A-Za-z0-9_-]+");

  private final McpSyncClient client;
  private final List<ProgressNotification> progress = new CopyOnWriteArrayList<>();

  Assistant(McpClientTransport transport) {
    client =
        McpClient.sync(transport)
            .requestTimeout(Duration.ofSeconds(60))
            .initializationTimeout(Duration.ofSeconds(60))
            .jsonSchemaValidator(UNCHECKED)
            .progressConsumer(progress::add)
            .build();
  }

  static JacksonMcpJsonMapper mapper() {
    return new JacksonMcpJsonMapper(ServerFixture.JSON);
  }

  /** Returns a client over HTTP; headers are names and values in turn. */
  public static Assistant of(ServerFixture server, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return new Assistant(
        HttpClientStreamableHttpTransport.builder(server.uri("").toString())
            .requestBuilder(request)
            .jsonMapper(mapper())
            .build());
  }

  McpSyncClient client() {
    return client;
  }

  /** Calls a tool. */
  public CallToolResult call(String tool, Map<String, Object> arguments) {
    return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  CallToolResult watched(String tool, Map<String, Object> arguments) {
    return client.callTool(
        CallToolRequest.builder(tool).arguments(arguments).progressToken("token").build());
  }

  List<ProgressNotification> progress() {
    return progress;
  }

  /** Returns the first text of a result. */
  public static String text(CallToolResult result) {
    return result.content().stream()
        .filter(TextContent.class::isInstance)
        .map(content -> ((TextContent) content).text())
        .findFirst()
        .orElseThrow();
  }

  /** Returns the images of a result that is no error. */
  public static List<RgbImage> images(CallToolResult result) {
    assertThat(result.isError()).as(text(result)).isFalse();
    return result.content().stream()
        .filter(ImageContent.class::isInstance)
        .map(content -> Base64.getDecoder().decode(((ImageContent) content).data()))
        .map(bytes -> ImageFiles.read(ImageSource.of("image", bytes)))
        .toList();
  }

  /** Returns the name of the first image of a result. */
  public static String name(CallToolResult result) {
    Matcher name = NAME.matcher(text(result));
    assertThat(name.find()).as(text(result)).isTrue();
    return name.group();
  }

  @Override
  public void close() {
    client.close();
  }
}
