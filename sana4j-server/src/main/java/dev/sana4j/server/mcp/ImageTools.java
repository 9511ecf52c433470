package dev.sana4j.server.mcp;

import dev.sana4j.files.SanaException;
import dev.sana4j.server.http.BlockingJobs;
import dev.sana4j.server.http.ClientGoneException;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobEvent;
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.JobWatch;
import dev.sana4j.server.store.StoreException;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tools of an assistant. */
final class ImageTools {
  private static final Logger LOG = LoggerFactory.getLogger(ImageTools.class);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Supplier<ImageEngine> engine;
  private final ToolSchemas schemas;
  private final ToolResults results;

  ImageTools(Supplier<ImageEngine> engine, ToolSchemas schemas, ToolResults results) {
    this.engine = engine;
    this.schemas = schemas;
    this.results = results;
  }

  List<SyncToolSpecification> all() {
    return Arrays.stream(ToolName.values())
        .map(
            tool ->
                new SyncToolSpecification(
                    tool(tool), (exchange, request) -> answer(tool, exchange, request)))
        .toList();
  }

  @SuppressWarnings("unchecked")
  private Tool tool(ToolName tool) {
    Map<String, Object> schema = Rpc.MAPPER.convertValue(schemas.of(tool), Map.class);
    return Tool.builder(tool.id(), schema)
        .title(title(tool))
        .description(description(tool))
        .annotations(
            ToolAnnotations.builder()
                .readOnlyHint(tool == ToolName.LIST_MODELS)
                .destructiveHint(false)
                .openWorldHint(false)
                .build())
        .build();
  }

  private static String title(ToolName tool) {
    return switch (tool) {
      case GENERATE_IMAGE -> "Generate an image";
      case EDIT_IMAGE -> "Edit an image";
      case UPSCALE_IMAGE -> "Upscale an image";
      case LIST_MODELS -> "List the models";
    };
  }

  private static String description(ToolName tool) {
    return switch (tool) {
      case GENERATE_IMAGE -> "Generates images from a text with a SANA model.";
      case EDIT_IMAGE ->
          "Modifies an image as a text says: the whole image, or the part that a mask selects.";
      case UPSCALE_IMAGE -> "Enlarges an image by 2 or 4; the model adds details.";
      case LIST_MODELS -> "Lists the models with their sizes, defaults and limits.";
    };
  }

  /** Never throws, because the SDK would send the client the messages of all causes. */
  private CallToolResult answer(
      ToolName tool, McpSyncServerExchange exchange, CallToolRequest request) {
    ToolCall call = ToolCall.of(exchange.transportContext());
    try {
      return tool == ToolName.LIST_MODELS
          ? ToolResults.text(ModelList.text(engine.get().models()))
          : run(call, exchange, request.progressToken());
    } catch (ClientGoneException e) {
      call.cancel();
      return ToolResults.problem("the client has disconnected");
    } catch (StoreException e) {
      LOG.warn("tool {}: {}", tool.id(), e.getMessage());
      return ToolResults.problem(StoreException.FOR_CLIENTS);
    } catch (SanaException e) {
      return ToolResults.problem(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("tool {}", tool.id(), e);
      return ToolResults.problem("internal error; see the log of the server");
    }
  }

  private CallToolResult run(
      ToolCall call, McpSyncServerExchange exchange, @Nullable Object token) {
    JobOrder order = call.order();
    Job job = new BlockingJobs(engine.get().jobs()).submit(order, call.connection().client());
    call.started(job);
    try (JobWatch watch = job.watch()) {
      follow(call, job, watch, exchange, token);
    } finally {
      job.cancel(); // no effect if it has ended
    }
    return results.images(call, job, BlockingJobs.images(job));
  }

  private static void follow(
      ToolCall call,
      Job job,
      JobWatch watch,
      McpSyncServerExchange exchange,
      @Nullable Object token) {
    try {
      int reported = 0;
      while (true) {
        JobEvent event = watch.next(LOOK);
        if (event instanceof JobEvent.Ended) {
          return;
        }
        call.connection().look().run();
        Job.State state = job.state();
        if (token != null && state.step() > reported) {
          reported = state.step();
          exchange.progressNotification(progress(token, state));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ProgressNotification progress(Object token, Job.State state) {
    String message = "step " + state.step() + " of " + state.steps();
    return ProgressNotification.builder(token, state.step())
        .total((double) state.steps())
        .message(message)
        .build();
  }
}
