package dev.sana4j.server.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.ClientConnection;
import dev.sana4j.server.http.ClientGoneException;
import dev.sana4j.server.http.EventStream;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestBodyReader;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.JobService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The route of the Model Context Protocol.
 *
 * <p>Source of the transport: the protocol's specification of 2025-11-25, "Streamable HTTP". The
 * server never sends requests, so there is no stream to listen on.
 */
public final class McpRoutes {
  private static final String ROUTE = "/mcp";
  private static final String SESSION = "Mcp-Session-Id";
  private static final String VERSION = "MCP-Protocol-Version";
  private static final int MOST_SESSIONS = 1024;
  private static final int MOST_SESSIONS_OF_CLIENT = 64;

  private final ImageEngine engine;
  private final RequestBodyReader body;
  private final McpSessions sessions =
      new McpSessions(MOST_SESSIONS, MOST_SESSIONS_OF_CLIENT, InstantSource.system());
  private @Nullable McpEndpoint endpoint;

  /**
   * Creates the route.
   *
   * @param jobs generates the images
   * @param models that the tools use
   */
  public McpRoutes(JobService jobs, ServedModels models) {
    engine = new ImageEngine(jobs, models);
    body = models.standard().body();
  }

  /** Returns the endpoint; the classes of the SDK are loaded when a client needs it. */
  private synchronized McpEndpoint endpoint() {
    if (endpoint == null) {
      endpoint = new McpEndpoint(engine.models().standard(), () -> engine, null);
    }
    return endpoint;
  }

  /**
   * Adds the route.
   *
   * @param routes of the server
   */
  public void addTo(RoutesConfig routes) {
    routes.post(ROUTE, this::post);
    routes.get(ROUTE, McpRoutes::refuseToListen);
    routes.delete(ROUTE, this::delete);
  }

  private static void refuseToListen(Context context) {
    context.header("Allow", "POST, DELETE");
    throw new RequestProblem(
        Kind.METHOD, "this server sends no requests; POST messages of MCP to /mcp");
  }

  private void delete(Context context) {
    sessions.remove(session(context));
    context.status(204);
  }

  private McpSession session(Context context) {
    String version = context.header(VERSION);
    if (version != null && !McpEndpoint.VERSIONS.contains(version)) {
      throw new RequestProblem(
          Kind.INVALID, VERSION + " is not one of " + String.join(", ", McpEndpoint.VERSIONS));
    }
    return sessions.find(context.header(SESSION), client(context));
  }

  private static Client client(Context context) {
    return RequestContext.of(context).client();
  }

  /** A message, with what a call of a tool asks for. */
  private record Received(RpcMessage message, @Nullable Supplier<JobOrder> order) {}

  private void post(Context context) {
    Received received = body.json(context, fields -> received(context, fields));
    if (received.message() instanceof RpcMessage.Request request) {
      answer(context, request, received.order());
    } else {
      if (received.message() instanceof RpcMessage.Notification notification
          && notification.method().equals(RpcMessage.CANCELLED)) {
        session(context).cancel(notification.params().path("requestId"));
      }
      context.status(202);
    }
  }

  /** Decodes input images while the memory for the body is reserved. */
  private Received received(Context context, RequestFields fields) {
    RpcMessage message = RpcMessage.of(fields.object());
    if (message instanceof RpcMessage.Request request && request.method().equals(RpcMessage.CALL)) {
      session(context);
      Supplier<JobOrder> order = ToolCall.known(() -> endpoint().order(request));
      if (request.params() instanceof ObjectNode params) {
        params.remove("arguments"); // the memory for the body is not reserved any more
      }
      return new Received(message, order);
    }
    return new Received(message, null);
  }

  private void answer(
      Context context, RpcMessage.Request request, @Nullable Supplier<JobOrder> order) {
    if (request.method().equals(RpcMessage.INITIALIZE)) {
      McpSession opened = endpoint().open(request, client(context));
      sessions.add(opened);
      send(context.header(SESSION, opened.id()), opened.greeting());
    } else if (order == null) {
      session(context).answer(request, message -> send(context, message));
    } else {
      call(context, request, order);
    }
  }

  private void call(Context context, RpcMessage.Request request, Supplier<JobOrder> order) {
    McpSession session = session(context);
    String accept = String.valueOf(context.header("Accept")).toLowerCase(Locale.ROOT);
    if (accept.contains("text/event-stream")) {
      EventStream stream = new EventStream(context);
      run(context, session, request, order, stream::look, json -> stream.send("message", json));
    } else {
      ClientConnection connection = ClientConnection.of(context.req());
      Runnable look =
          () -> {
            if (connection.isGone()) {
              throw new ClientGoneException();
            }
          };
      context.status(202); // of a call that is cancelled
      run(
          context,
          session,
          request,
          order,
          look,
          json -> {
            if (json.has("id")) { // progress needs a stream
              send(context, json);
            }
          });
    }
  }

  private static void run(
      Context context,
      McpSession session,
      RpcMessage.Request request,
      Supplier<JobOrder> order,
      Runnable look,
      Consumer<ObjectNode> out) {
    RequestContext requestContext = RequestContext.of(context);
    ToolCall call =
        new ToolCall(
            new ToolCall.Connection(requestContext.client(), requestContext.server(), look), order);
    session.answer(request, call, out);
    Job job = call.job();
    if (job != null) {
      requestContext.job(job.id(), job.order().request().prompts().get(0));
    }
  }

  private static void send(Context context, ObjectNode json) {
    context.status(200).contentType("application/json").result(Json.bytes(json));
  }
}
