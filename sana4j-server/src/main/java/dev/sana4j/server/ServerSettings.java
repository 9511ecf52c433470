package dev.sana4j.server;

import dev.sana4j.server.jobs.JobSettings;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelAliases;
import dev.sana4j.server.safety.ApiKeys;
import java.time.Duration;
import java.util.List;

/**
 * Address, limits and access of a server.
 *
 * @param host address it listens on
 * @param port port it listens on; 0 for any free one
 * @param jobs how jobs are queued, batched and kept
 * @param limits limits of one request
 * @param streams maximum number of clients that watch jobs at the same time
 * @param grace how long unfinished jobs may take when the server stops
 * @param keys API keys; none to allow every client
 * @param origins of other sites whose pages may send requests
 * @param behindProxy whether a proxy sets X-Forwarded-For
 * @param logPrompts whether prompts are written to the log
 * @param aliases other names of models
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
    boolean logPrompts,
    ModelAliases aliases) {

  /** Copies the list. */
  public ServerSettings {
    origins = List.copyOf(origins);
  }

  /**
   * Returns settings for local use: only this machine can connect, without a key.
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
        false,
        ModelAliases.standard());
  }
}
