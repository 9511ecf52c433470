package dev.sana4j.server;

import dev.sana4j.measure.Judge;
import dev.sana4j.server.http.LoraFolder;
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
 * @param allowedHosts names by which clients may call the server, in addition to those of this
 *     machine; empty for any name, except on a local server
 * @param behindProxy whether a proxy sets X-Forwarded-For
 * @param logPrompts whether prompts are written to the log
 * @param loras LoRA adapters that clients may name
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
    List<String> allowedHosts,
    boolean behindProxy,
    boolean logPrompts,
    LoraFolder loras,
    ModelAliases aliases) {

  /** Copies the lists. */
  public ServerSettings {
    origins = List.copyOf(origins);
    allowedHosts = List.copyOf(allowedHosts);
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
        List.of(),
        false,
        false,
        LoraFolder.none(),
        ModelAliases.standard());
  }

  /**
   * Returns the same settings with a judge, so that clients may ask for the best of several images.
   *
   * @param judge chooses the best image; used by one thread and not closed
   * @return settings
   */
  public ServerSettings judgedBy(Judge judge) {
    return new ServerSettings(
        host,
        port,
        jobs.judgedBy(judge),
        limits.withCandidates(),
        streams,
        grace,
        keys,
        origins,
        allowedHosts,
        behindProxy,
        logPrompts,
        loras,
        aliases);
  }
}
