package dev.sana4j.server.nativeapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.ErrorStyle;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestProblem;

/** Errors as {@code {"error": {code, message, field}, "request_id"}}. */
public final class NativeErrors implements ErrorStyle {
  @Override
  public ObjectNode body(RequestProblem problem, String requestId) {
    ObjectNode json = Json.object();
    json.putObject("error")
        .put("code", problem.kind().code())
        .put("message", problem.message())
        .put("field", problem.wrongField());
    return json.put("request_id", requestId);
  }
}
