package dev.sana4j.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sana4j.files.StrictJson;

/**
 * What a job did.
 *
 * @param job {@code generate}, {@code encode} or {@code evaluate}
 * @param model name of the model
 * @param dtype precision of all executors
 * @param output where the result is
 * @param rows rows of the table
 * @param present rows that the output had before
 * @param images images made
 * @param badRows rows that became errors
 * @param seconds seconds from the first task to the end
 */
public record JobSummary(
    String job,
    String model,
    String dtype,
    String output,
    long rows,
    long present,
    long images,
    long badRows,
    double seconds) {

  /**
   * Returns the summary as one line of JSON.
   *
   * @return an object with the names of this record
   */
  public String json() {
    try {
      return StrictJson.mapper().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
