package dev.sana4j.server.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.ErrorStyle;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestProblem;

/** Errors as {@code {"error": {message, type, param, code}}}. */
public final class OpenAiErrors implements ErrorStyle {
  @Override
  public ObjectNode body(RequestProblem problem, String requestId) {
    ObjectNode json = Json.object();
    json.putObject("error")
        .put("message", problem.message())
        .put("type", type(problem.kind()))
        .put("param", problem.wrongField())
        .put("code", code(problem.kind()));
    return json;
  }

  private static String type(RequestProblem.Kind kind) {
    return switch (kind) {
      case UNAUTHORIZED -> "authentication_error";
      case BUSY -> "rate_limit_error";
      case INTERNAL, STORAGE, UNAVAILABLE, MODEL_UNAVAILABLE, DEADLINE -> "server_error";
      default -> "invalid_request_error";
    };
  }

  private static String code(RequestProblem.Kind kind) {
    return switch (kind) {
      case PROMPT_REFUSED -> "moderation_blocked";
      case UNAUTHORIZED -> "invalid_api_key";
      case BUSY -> "rate_limit_exceeded";
      case FIELD, INVALID -> "invalid_value";
      default -> kind.code();
    };
  }
}
