package dev.sana4j.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The error format of an API. */
public interface ErrorStyle {

  /**
   * Returns the status.
   *
   * @param problem the problem
   * @return 4xx or 5xx
   */
  default int status(RequestProblem problem) {
    return problem.kind().status();
  }

  /**
   * Returns the body.
   *
   * @param problem the problem
   * @param requestId the id of the request in the log
   * @return JSON
   */
  ObjectNode body(RequestProblem problem, String requestId);
}
