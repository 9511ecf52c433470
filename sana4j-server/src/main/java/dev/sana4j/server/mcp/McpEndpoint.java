package dev.sana4j.server.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.JobOrder;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.spec.McpSchema.InitializeRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The server of the SDK with our tools. The SDK's own transports are not used: they know neither
 * cancelled calls nor limits of sessions, and end or reveal class names after a malformed message.
 */
final class McpEndpoint {
  /** The supported versions of the protocol; the last is offered to clients of other versions. */
  static final List<String> VERSIONS =
      List.of(
          ProtocolVersions.MCP_2024_11_05,
          ProtocolVersions.MCP_2025_03_26,
          ProtocolVersions.MCP_2025_06_18,
          ProtocolVersions.MCP_2025_11_25);

  /** The arguments are checked with the limits of the model, by {@link ToolOrders}. */
  private static final JsonSchemaValidator UNCHECKED =
      (schema, value) -> JsonSchemaValidator.ValidationResponse.asValid("");

  private static final String NAME = "sana4j";
  private static final String INSTRUCTIONS =
      "Generates, edits and upscales images. Each result has a line with the name of the image,"
          + " such as image:NAME; pass it to edit_image or upscale_image to work on that image.";

  private final ToolOrders orders;
  private final McpStreamableServerSession.Factory sessions;

  /**
   * Creates the endpoint.
   *
   * @param standard defaults of the default model, for the descriptions of the tools
   * @param engine waits while it is being prepared
   * @param folder for images of the user, or null
   */
  McpEndpoint(
      RequestDefaults standard, Supplier<ImageEngine> engine, @Nullable ImageFolder folder) {
    orders = new ToolOrders(engine, new ToolImages(engine, standard.limits(), folder));
    ImageTools tools =
        new ImageTools(
            engine, new ToolSchemas(standard, folder != null), new ToolResults(engine, folder));
    SessionSource source = new SessionSource();
    McpServer.sync(source)
        .serverInfo(NAME, version())
        .instructions(INSTRUCTIONS)
        .capabilities(ServerCapabilities.builder().tools(false).build())
        .jsonMapper(new JacksonMcpJsonMapper(Rpc.MAPPER))
        .jsonSchemaValidator(UNCHECKED)
        .validateToolInputs(false)
        .immediateExecution(true)
        .tools(tools.all())
        .build();
    sessions = Objects.requireNonNull(source.factory, "set by the SDK");
  }

  private static String version() {
    String version = McpEndpoint.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /** Receives the factory of sessions from the SDK. */
  private static final class SessionSource implements McpStreamableServerTransportProvider {
    private McpStreamableServerSession.@Nullable Factory factory;

    @Override
    public void setSessionFactory(McpStreamableServerSession.Factory value) {
      factory = value;
    }

    @Override
    public Mono<Void> notifyClients(String method, Object params) {
      return Mono.empty(); // the tools never change
    }

    @Override
    public Mono<Void> closeGracefully() {
      return Mono.empty();
    }

    @Override
    public List<String> protocolVersions() {
      return VERSIONS;
    }
  }

  /**
   * Opens a session.
   *
   * @throws RequestProblem if the parameters are not those of {@code initialize}
   */
  McpSession open(RpcMessage.Request request, Client owner) {
    if (!request.params().path("protocolVersion").isTextual()) {
      throw new RequestProblem(Kind.INVALID, "initialize needs a protocolVersion");
    }
    var started = sessions.startSession(initialize(request.params()));
    Object id = Rpc.MAPPER.convertValue(request.id(), Object.class);
    Object result = Objects.requireNonNull(started.initResult().block(), "the greeting");
    ObjectNode greeting = Rpc.json(JSONRPCResponse.result(id, result), request.method());
    return new McpSession(started.session(), owner, greeting);
  }

  private static InitializeRequest initialize(JsonNode params) {
    try {
      return Rpc.MAPPER.convertValue(params, InitializeRequest.class);
    } catch (IllegalArgumentException e) {
      throw new RequestProblem(Kind.INVALID, "the parameters of initialize are not valid");
    }
  }

  /**
   * Returns the tool that a request calls.
   *
   * @throws RequestProblem if the request names none, or its parameters are of a wrong type
   */
  static ToolName tool(RpcMessage.Request request) {
    JsonNode params = request.params();
    JsonNode token = params.path("_meta").path("progressToken");
    if (!token.isMissingNode() && !token.isTextual() && !token.isIntegralNumber()) {
      throw new RequestProblem(
          Kind.INVALID, "progressToken is neither a string nor a whole number");
    }
    return ToolName.of(params.path("name").asText())
        .orElseThrow(
            () -> new RequestProblem(Kind.INVALID, "unknown tool; tools/list has their names"));
  }

  /**
   * Reads the arguments of a call.
   *
   * @throws RequestProblem if they are refused
   */
  JobOrder order(RpcMessage.Request request) {
    JsonNode arguments = request.params().path("arguments");
    if (!arguments.isObject() && !arguments.isMissingNode() && !arguments.isNull()) {
      throw new RequestProblem(Kind.INVALID, "arguments is not an object");
    }
    ObjectNode object = arguments instanceof ObjectNode given ? given : Json.object();
    return orders.order(
        tool(request), RequestFields.ofForm(object)); // assistants send numbers as text
  }
}
