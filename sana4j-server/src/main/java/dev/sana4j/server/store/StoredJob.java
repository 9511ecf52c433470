package dev.sana4j.server.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job in a store.
 *
 * @param id the id that the client knows
 * @param owner the client, as JSON
 * @param order what was ordered, as JSON
 * @param images number of images that were ordered
 * @param created when it was accepted
 * @param started when it was started last, or null
 * @param attempts how often it was started since its last finished image
 * @param notes messages to the client
 * @param end how it ended, or null
 */
public record StoredJob(
    String id,
    String owner,
    String order,
    int images,
    Instant created,
    @Nullable Instant started,
    int attempts,
    List<String> notes,
    @Nullable StoredEnd end) {

  /** Copies the list. */
  public StoredJob {
    notes = List.copyOf(notes);
  }

  /**
   * Returns a job that was just accepted.
   *
   * @param id the id that the client knows
   * @param owner the client, as JSON
   * @param order what was ordered, as JSON
   * @param images number of images that were ordered
   * @param created when it was accepted
   * @return a job without images
   */
  public static StoredJob accepted(
      String id, String owner, String order, int images, Instant created) {
    return new StoredJob(id, owner, order, images, created, null, 0, List.of(), null);
  }
}
