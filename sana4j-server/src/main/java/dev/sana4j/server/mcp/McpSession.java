package dev.sana4j.server.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.jobs.Client;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The session of an assistant, with its running calls. Thread-safe. */
final class McpSession {
  private final McpStreamableServerSession session;
  private final Client owner;
  private final ObjectNode greeting;
  private final Map<String, ToolCall> calls = new ConcurrentHashMap<>();

  McpSession(McpStreamableServerSession session, Client owner, ObjectNode greeting) {
    this.session = session;
    this.owner = owner;
    this.greeting = greeting;
  }

  /** Returns the id, which cannot be guessed. */
  String id() {
    return session.getId();
  }

  Client owner() {
    return owner;
  }

  /** Returns the answer to the request that opened the session. */
  ObjectNode greeting() {
    return greeting;
  }

  boolean isBusy() {
    return !calls.isEmpty();
  }

  /** Answers a request that calls no tool. */
  void answer(RpcMessage.Request request, Consumer<ObjectNode> out) {
    if (!request.params().isMissingNode() && !request.params().isObject()) {
      out.accept(Rpc.error(request.id(), Rpc.INVALID_PARAMS, "params is not an object"));
      return;
    }
    Object params =
        request.params().isMissingNode()
            ? null
            : Rpc.MAPPER.convertValue(request.params(), Map.class);
    send(request, params, McpTransportContext.EMPTY, out);
  }

  /** Answers a call, unless it is cancelled; the arguments are in the call already. */
  void answer(RpcMessage.Request request, ToolCall call, Consumer<ObjectNode> out) {
    try {
      McpEndpoint.tool(request);
    } catch (RequestProblem problem) {
      out.accept(Rpc.error(request.id(), Rpc.INVALID_PARAMS, problem.message()));
      return;
    }
    String key = request.id().toString();
    if (calls.putIfAbsent(key, call) != null) {
      out.accept(Rpc.error(request.id(), Rpc.INVALID_REQUEST, "a call with this id is running"));
      return;
    }
    try {
      send(
          request,
          withoutArguments(request.params()),
          call.context(),
          message -> {
            if (!call.isCancelled()) {
              out.accept(message);
            }
          });
    } finally {
      calls.remove(key);
    }
  }

  private static Object withoutArguments(JsonNode params) {
    ObjectNode rest = Json.object();
    rest.set("name", params.path("name"));
    JsonNode meta = params.path("_meta");
    if (meta.isObject()) {
      rest.set("_meta", meta);
    }
    return Rpc.MAPPER.convertValue(rest, Map.class);
  }

  private void send(
      RpcMessage.Request request,
      @Nullable Object params,
      McpTransportContext context,
      Consumer<ObjectNode> out) {
    Object id = Rpc.MAPPER.convertValue(request.id(), Object.class);
    session
        .responseStream(
            new AnswerTransport(message -> out.accept(Rpc.json(message, request.method()))))
        .handle(new JSONRPCRequest(request.method(), id, params))
        .contextWrite(reactor -> reactor.put(McpTransportContext.KEY, context))
        .block();
  }

  /** Cancels a call; an unknown id may belong to one that has ended. */
  void cancel(JsonNode id) {
    ToolCall call = calls.get(id.toString());
    if (call != null) {
      call.cancel();
    }
  }

  void close() {
    calls.values().forEach(ToolCall::cancel);
  }
}
