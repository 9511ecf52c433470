package dev.sana4j.server.mcp;

import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.jobs.Client;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of HTTP clients, bounded in number and time. A client with too many loses the one
 * that it has not used for longest. Thread-safe.
 */
final class McpSessions {
  private static final Duration LONGEST_IDLE = Duration.ofHours(1);
  private static final Duration LATER = Duration.ofSeconds(30);

  private final int most;
  private final int mostOfClient;
  private final InstantSource clock;
  private final Map<String, Entry> sessions = new LinkedHashMap<>();

  private record Entry(McpSession session, Instant used) {}

  McpSessions(int most, int mostOfClient, InstantSource clock) {
    this.most = most;
    this.mostOfClient = mostOfClient;
    this.clock = clock;
  }

  synchronized void add(McpSession session) {
    forget();
    List<Entry> own =
        sessions.values().stream()
            .filter(entry -> entry.session().owner().sharesNameWith(session.owner()))
            .toList();
    if (own.size() >= mostOfClient) {
      own.stream()
          .filter(entry -> !entry.session().isBusy())
          .min(Comparator.comparing(Entry::used))
          .ifPresentOrElse(
              entry -> sessions.remove(entry.session().id()),
              () -> {
                throw tooMany();
              });
    }
    if (sessions.size() >= most) {
      throw tooMany();
    }
    sessions.put(session.id(), new Entry(session, clock.instant()));
  }

  private static RequestProblem tooMany() {
    return RequestProblem.passing(Kind.BUSY, "too many sessions; end one, or try later", LATER);
  }

  /** Finds a session of a client; those of others are unknown to it. */
  synchronized McpSession find(@Nullable String id, Client owner) {
    forget();
    if (id == null) {
      throw new RequestProblem(
          Kind.INVALID, "the header Mcp-Session-Id is missing; send initialize first");
    }
    McpSession session =
        Optional.ofNullable(sessions.get(id))
            .map(Entry::session)
            .filter(found -> found.owner().equals(owner))
            .orElseThrow(
                () ->
                    new RequestProblem(
                        Kind.NOT_FOUND,
                        "unknown session; it may have expired, send initialize again"));
    sessions.put(id, new Entry(session, clock.instant()));
    return session;
  }

  synchronized void remove(McpSession session) {
    sessions.remove(session.id());
    session.close();
  }

  private void forget() {
    Instant oldest = clock.instant().minus(LONGEST_IDLE);
    sessions.values().removeIf(entry -> entry.used().isBefore(oldest) && !entry.session().isBusy());
  }
}
