package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.ErrorStyle;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;

/** Errors in the format of AUTOMATIC1111: 422 with a list for an invalid field, else a text. */
public final class SdapiErrors implements ErrorStyle {
  private static final int BAD_REQUEST = 400;
  private static final int UNPROCESSABLE = 422;

  @Override
  public int status(RequestProblem problem) {
    return switch (problem.kind()) {
      case FIELD -> UNPROCESSABLE;
      case MODEL_NOT_FOUND -> BAD_REQUEST; // 404 would mean that the route is missing
      default -> problem.kind().status();
    };
  }

  @Override
  public ObjectNode body(RequestProblem problem, String requestId) {
    ObjectNode json = Json.object();
    if (problem.kind() == Kind.FIELD) {
      ObjectNode detail = json.putArray("detail").addObject();
      detail.putArray("loc").add("body").add(String.valueOf(problem.wrongField()));
      detail.put("msg", problem.message()).put("type", "value_error");
      return json;
    }
    return json.put("error", "HTTPException")
        .put("detail", problem.message())
        .put("body", "")
        .put("errors", problem.kind().code());
  }
}
