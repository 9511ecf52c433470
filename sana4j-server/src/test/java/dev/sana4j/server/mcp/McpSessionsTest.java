package dev.sana4j.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.jobs.Client;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class McpSessionsTest {
  private static final Client ANNA = new Client("anna");
  private static final Client BERT = new Client("bert");

  private Instant now = Instant.EPOCH;
  private final McpSessions sessions = new McpSessions(3, 2, () -> now);

  private McpSession opened(String id, Client owner) {
    McpSession session =
        new McpSession(
            new McpStreamableServerSession(
                id, null, null, Duration.ofSeconds(1), Map.of(), Map.of()),
            owner,
            Json.object());
    sessions.add(session);
    return session;
  }

  @Test
  void aSessionThatIsNotUsedExpires() {
    McpSession session = opened("a", ANNA);
    now = now.plus(Duration.ofMinutes(59));
    assertThat(sessions.find("a", ANNA)).isSameAs(session);
    now = now.plus(Duration.ofMinutes(59));
    assertThat(sessions.find("a", ANNA)).isSameAs(session);
    now = now.plus(Duration.ofMinutes(61));
    assertThatThrownBy(() -> sessions.find("a", ANNA)).hasMessageContaining("expired");
  }

  @Test
  void aClientWithTooManyLosesItsOldest() {
    opened("a", ANNA);
    now = now.plusSeconds(1);
    opened("b", ANNA);
    now = now.plusSeconds(1);
    sessions.find("a", ANNA);
    opened("c", ANNA);
    assertThatThrownBy(() -> sessions.find("b", ANNA)).isInstanceOf(RequestProblem.class);
    assertThat(sessions.find("a", ANNA).id()).isEqualTo("a");
  }

  @Test
  void programsOfOneClientShareItsSessions() {
    opened("a", new Client("anna", "first program"));
    opened("b", new Client("anna", "second program"));
    opened("c", new Client("anna", "third program"));
    assertThat(opened("d", BERT).id()).isEqualTo("d");
  }

  @Test
  void otherClientsDoNotLoseTheirs() {
    opened("a", ANNA);
    opened("b", ANNA);
    opened("c", BERT);
    assertThatThrownBy(() -> opened("d", new Client("carl"))).hasMessageContaining("too many");
    assertThat(sessions.find("a", ANNA).id()).isEqualTo("a");
    assertThatThrownBy(() -> sessions.find("a", BERT)).isInstanceOf(RequestProblem.class);
  }
}
