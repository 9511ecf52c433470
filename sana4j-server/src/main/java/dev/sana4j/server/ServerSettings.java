package dev.sana4j.server;

import dev.sana4j.server.jobs.JobSettings;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.safety.ApiKeys;
import java.time.Duration;
import java.util.List;

/**
 * How a server is reached, and by whom.
 *
 * @param host address it listens on
 * @param port port it listens on; 0 for any free one
 * @param jobs how jobs are queued, made and kept
 * @param limits the most a request may ask for
 * @param streams how many clients may watch jobs at once
 * @param grace how long jobs may take that are there when it stops
 * @param keys that let clients in
 * @param origins of other sites whose pages may ask
 * @param behindProxy whether a proxy tells who the client is
 * @param logPrompts whether prompts are written to the log
 */
public record ServerSettings(
    String host,
    int port,
    JobSettings jobs,
    Limits limits,
    int streams,
    Duration grace,
    ApiKeys keys,
    List<String> origins,
    boolean behindProxy,
    boolean logPrompts) {

  /** Keeps its own list. */
  public ServerSettings {
    origins = List.copyOf(origins);
  }

  /**
   * For one's own machine: reached from there alone, by everyone.
   *
   * @param port port it listens on; 0 for any free one
   * @return settings
   */
  public static ServerSettings local(int port) {
    return new ServerSettings(
        "127.0.0.1",
        port,
        JobSettings.standard(),
        Limits.standard(),
        64,
        Duration.ofSeconds(30),
        ApiKeys.none(),
        List.of(),
        false,
        false);
  }
}
