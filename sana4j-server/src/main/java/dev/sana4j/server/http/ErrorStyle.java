package dev.sana4j.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How an interface tells problems. */
public interface ErrorStyle {

  /**
   * The status.
   *
   * @param problem what is wrong
   * @return 4xx or 5xx
   */
  default int status(RequestProblem problem) {
    return problem.kind().status();
  }

  /**
   * The body.
   *
   * @param problem what is wrong
   * @param requestId by which the log knows the request
   * @return JSON
   */
  ObjectNode body(RequestProblem problem, String requestId);
}
