package dev.sana4j.server.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;

/**
 * A message of a client.
 *
 * <p>Source of the format: JSON-RPC 2.0; the protocol allows neither batches nor null as an id.
 */
sealed interface RpcMessage {
  /** The first request of a client. */
  String INITIALIZE = "initialize";

  /** A call of a tool. */
  String CALL = "tools/call";

  /** The notification that a request is no longer needed. */
  String CANCELLED = "notifications/cancelled";

  int LONGEST_NAME = 200;

  /**
   * A request, which is answered.
   *
   * @param id a string or a whole number
   * @param method its name
   * @param params of any type
   */
  record Request(JsonNode id, String method, JsonNode params) implements RpcMessage {}

  /**
   * A notification, which is not answered.
   *
   * @param method its name
   * @param params of any type
   */
  record Notification(String method, JsonNode params) implements RpcMessage {}

  /** An answer to a request of the server, which sends none. */
  record Response() implements RpcMessage {}

  /** Reads a message. */
  static RpcMessage of(ObjectNode json) {
    if (!json.path("jsonrpc").asText().equals("2.0")) {
      throw new RequestProblem(Kind.INVALID, "jsonrpc is not \"2.0\"");
    }
    JsonNode id = json.path("id");
    if (!json.has("method")) {
      if (isId(id) && (json.has("result") || json.has("error"))) {
        return new Response();
      }
      throw new RequestProblem(Kind.INVALID, "the message has no method");
    }
    JsonNode method = json.path("method");
    if (!method.isTextual() || method.textValue().length() > LONGEST_NAME) {
      throw new RequestProblem(Kind.INVALID, "method is not a name");
    }
    if (id.isMissingNode()) {
      return new Notification(method.textValue(), json.path("params"));
    }
    if (!isId(id)) {
      throw new RequestProblem(Kind.INVALID, "id is neither a string nor a whole number");
    }
    return new Request(id, method.textValue(), json.path("params"));
  }

  private static boolean isId(JsonNode id) {
    boolean number = id.isIntegralNumber() && id.canConvertToLong();
    return number || (id.isTextual() && id.textValue().length() <= LONGEST_NAME);
  }
}
