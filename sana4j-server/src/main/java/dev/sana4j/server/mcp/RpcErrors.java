package dev.sana4j.server.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.ErrorStyle;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestProblem;

/** Errors as JSON-RPC, for messages that cannot be answered as such. */
public final class RpcErrors implements ErrorStyle {
  /** The codes of JSON-RPC; written here since an error must not load the SDK. */
  private static final int INVALID_REQUEST = -32600;

  private static final int INTERNAL = -32603;

  @Override
  public ObjectNode body(RequestProblem problem, String requestId) {
    boolean internal = problem.kind() == RequestProblem.Kind.INTERNAL;
    ObjectNode json = Json.object().put("jsonrpc", "2.0").putNull("id");
    json.putObject("error")
        .put("code", internal ? INTERNAL : INVALID_REQUEST)
        .put("message", problem.message())
        .putObject("data")
        .put("request_id", requestId);
    return json;
  }
}
