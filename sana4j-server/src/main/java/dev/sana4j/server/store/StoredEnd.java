package dev.sana4j.server.store;

import java.time.Instant;

/**
 * How a job ended.
 *
 * @param at when
 * @param status its final status
 * @param error the kind of error; empty if there was none
 * @param message one line; empty if there was no error
 */
public record StoredEnd(Instant at, String status, String error, String message) {
  /** The status of a job whose images are all stored. */
  public static final String SUCCEEDED = "SUCCEEDED";
}
