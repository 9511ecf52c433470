package dev.sana4j.server.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.server.http.Json;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import org.jspecify.annotations.Nullable;

/** JSON of the messages that are sent. */
final class Rpc {
  static final int INVALID_REQUEST = ErrorCodes.INVALID_REQUEST;
  static final int INVALID_PARAMS = ErrorCodes.INVALID_PARAMS;

  private static final int DEEPEST = 64;

  /** Maps the types of the SDK. */
  static final ObjectMapper MAPPER = StrictJson.bounded(DEEPEST, Integer.MAX_VALUE).build();

  private Rpc() {}

  /** Returns an error; the id is null if that of the request is not known. */
  static ObjectNode error(@Nullable JsonNode id, int code, String message) {
    ObjectNode json = Json.object().put("jsonrpc", "2.0");
    json.set("id", id);
    json.putObject("error").put("code", code).put("message", message);
    return json;
  }

  /**
   * Returns a message of the SDK. The SDK reports parameters that it cannot read as internal
   * errors, with the names of its classes.
   */
  static ObjectNode json(JSONRPCMessage message, String method) {
    if (message instanceof JSONRPCResponse response && response.error() != null) {
      JSONRPCError error = response.error();
      boolean unread = error.code() == ErrorCodes.INTERNAL_ERROR;
      return error(
          MAPPER.valueToTree(response.id()),
          unread ? INVALID_PARAMS : error.code(),
          unread ? "the parameters of " + method + " are not valid" : error.message());
    }
    return MAPPER.valueToTree(message);
  }
}
