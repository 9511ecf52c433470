package dev.sana4j.server.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that no client should send: each is answered, never with 5xx or names of classes. */
class MalformedMessagesTest {
  private static final ServerFixture SERVER = new ServerFixture();
  private static String session = "";

  private static final String OPEN =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",
       "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}\
      """;

  private static final String WHOLE =
      """
      {
      }
      []
      [{}]
      null
      1
      "a"
      {}
      {"a":1}
      {"jsonrpc":"2.0"}
      {} {}
      {"jsonrpc":"2.0","method":"notifications/unknown"}
      {"jsonrpc":"2.0","method":"notifications/roots/list_changed"}
      {"jsonrpc":"2.0","id":9,"result":{}}
      {"jsonrpc":"2.0","id":9,"error":1}
      """;

  private static final String VERSIONS =
      """
      "1.0"
      2.0
      null
      {}
      """;

  private static final String IDS =
      """
      null
      1.5
      {}
      []
      true
      1e400
      99999999999999999999
      """;

  private static final String METHODS =
      """
      null
      1
      {}
      ""
      "unknown"
      "tools"
      "resources/read"
      "logging/setLevel"
      "completion/complete"
      """;

  private static final String CALLS =
      """
      null
      1
      []
      "a"
      {}
      {"name":1}
      {"name":"paint"}
      {"name":null,"arguments":{}}
      {"name":"generate_image","arguments":[]}
      {"name":"generate_image","arguments":"a"}
      {"name":"generate_image","arguments":{"prompt":{}}}
      {"name":"generate_image","arguments":{"prompt":"a","seed":[]}}
      {"name":"generate_image","arguments":{"prompt":"a","best_of":99}}
      {"name":"edit_image","arguments":{"image":{}}}
      {"name":"edit_image"}
      {"name":"list_models","_meta":1}
      {"name":"list_models","_meta":{"progressToken":{}}}
      """;

  private static final String OPENINGS =
      """
      1
      {}
      {"protocolVersion":1}
      {"protocolVersion":"x","capabilities":1}
      {"protocolVersion":"x"}
      """;

  private static final String CANCELLATIONS =
      """
      1
      {}
      {"requestId":{}}
      {"requestId":"none"}
      """;

  @BeforeAll
  static void open() throws IOException, InterruptedException {
    session =
        SERVER
            .send("POST", "/mcp", OPEN.getBytes(UTF_8))
            .headers()
            .firstValue("Mcp-Session-Id")
            .orElseThrow();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  static Stream<String> messages() {
    List<String> ids = new ArrayList<>(IDS.lines().toList());
    ids.add(quoted("x".repeat(300)));
    List<String> methods = new ArrayList<>(METHODS.lines().toList());
    methods.add(quoted("m".repeat(300)));
    return Stream.of(
            Stream.of("", " ", "\u0000", "[".repeat(5000), "{\"a\":".repeat(500)),
            WHOLE.lines(),
            each("{'jsonrpc':%s,'id':1,'method':'ping'}", VERSIONS.lines()),
            each("{'jsonrpc':'2.0','id':%s,'method':'ping'}", ids.stream()),
            each("{'jsonrpc':'2.0','id':1,'method':%s,'params':{'level':[]}}", methods.stream()),
            each("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':%s}", CALLS.lines()),
            each("{'jsonrpc':'2.0','id':1,'method':'initialize','params':%s}", OPENINGS.lines()),
            each(
                "{'jsonrpc':'2.0','method':'notifications/cancelled','params':%s}",
                CANCELLATIONS.lines()))
        .flatMap(Function.identity());
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  /** Returns a message for each value; its quotes are single ones. */
  private static Stream<String> each(String message, Stream<String> values) {
    String json = message.replace('\'', '"');
    return values.map(json::formatted);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void eachIsAnsweredOverHttp(String message) throws IOException, InterruptedException {
    for (String accept : List.of("application/json", "application/json, text/event-stream")) {
      HttpResponse<byte[]> answer =
          SERVER.send(
              "POST", "/mcp", message.getBytes(UTF_8), "Mcp-Session-Id", session, "Accept", accept);
      assertThat(answer.statusCode()).isBetween(200, 499);
      assertThat(new String(answer.body(), UTF_8))
          .doesNotContain("Exception", "java.", "dev.sana4j", "io.modelcontextprotocol");
    }
  }

  @Test
  void thereAreManyKinds() {
    assertThat(messages().distinct().count()).isGreaterThanOrEqualTo(50);
  }

  @Test
  void aRequestWithoutASessionIsRefused() throws IOException, InterruptedException {
    String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    JsonNode missing = SERVER.post(400, "/mcp", ping);
    assertThat(missing.at("/error/message").asText()).contains("initialize");
    SERVER.post(404, "/mcp", ping, "Mcp-Session-Id", "unknown");
    SERVER.post(400, "/mcp", ping, "Mcp-Session-Id", session, "MCP-Protocol-Version", "1999-01-01");
  }

  @Test
  void thereIsNothingToListenTo() throws IOException, InterruptedException {
    SERVER.get(405, "/mcp", "Mcp-Session-Id", session);
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws IOException, InterruptedException {
    byte[] large = new byte[25 << 20];
    assertThat(SERVER.send("POST", "/mcp", large, "Mcp-Session-Id", session).statusCode())
        .isEqualTo(413);
  }
}
