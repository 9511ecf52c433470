package dev.sana4j.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Server-sent events as the answer to any request.
 *
 * <p>Source of the format: WHATWG HTML, "Server-sent events".
 */
public final class EventStream {
  /** A proxy may close a connection that is idle for longer. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private static final Duration OFTEN = Duration.ofMillis(50);

  private final OutputStream out;
  private final ClientConnection connection;
  private long wroteAt = System.nanoTime();
  private long lookedAt = System.nanoTime();

  /**
   * Starts the answer.
   *
   * @param context of the request
   */
  public EventStream(Context context) {
    context
        .status(200)
        .contentType("text/event-stream; charset=utf-8")
        .header("Cache-Control", "no-cache, no-transform")
        .header("X-Accel-Buffering", "no"); // otherwise nginx buffers the events
    connection = ClientConnection.of(context.req());
    try {
      out = context.res().getOutputStream(); // Javalin's own stream delays flushed data
    } catch (IOException e) {
      throw new ClientGoneException();
    }
    write(": \n\n");
  }

  /**
   * Sends an event.
   *
   * @param event its type
   * @param data its data
   * @throws ClientGoneException if the client has disconnected
   */
  public void send(String event, JsonNode data) {
    write("event: " + event + "\ndata: " + Json.text(data) + "\n\n");
  }

  /**
   * Checks the connection and keeps it alive; call it often.
   *
   * @throws ClientGoneException if the client has disconnected
   */
  public void look() {
    long now = System.nanoTime();
    if (now - lookedAt > OFTEN.toNanos()) {
      lookedAt = now;
      if (connection.isGone()) {
        throw new ClientGoneException();
      }
    }
    if (now - wroteAt > QUIET.toNanos()) {
      write(": \n\n");
    }
  }

  private void write(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      wroteAt = System.nanoTime();
    } catch (IOException e) {
      throw new ClientGoneException();
    }
  }
}
