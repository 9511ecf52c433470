package dev.sana4j.server.mcp;

import dev.sana4j.files.SanaException;
import dev.sana4j.server.http.ClientGoneException;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobOrder;
import io.modelcontextprotocol.common.McpTransportContext;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A call of a tool, from its message to the end of its job. Thread-safe. */
final class ToolCall {
  private static final String KEY = "call";

  private final Connection connection;
  private final Supplier<JobOrder> order;
  private @Nullable Job job;
  private boolean cancelled;

  /**
   * How a call has arrived.
   *
   * @param client owner of the job
   * @param server address of the server as the client sees it; empty without one
   * @param look is called often while the client waits; throws {@link ClientGoneException} once it
   *     has disconnected
   */
  record Connection(Client client, String server, Runnable look) {}

  /** Creates a call; {@code order} throws the problem of arguments that are refused. */
  ToolCall(Connection connection, Supplier<JobOrder> order) {
    this.connection = connection;
    this.order = order;
  }

  /** Returns an order, or a problem, that is known already. */
  static Supplier<JobOrder> known(Supplier<JobOrder> reading) {
    try {
      JobOrder read = reading.get();
      return () -> read;
    } catch (SanaException problem) {
      return () -> {
        throw problem;
      };
    }
  }

  McpTransportContext context() {
    return McpTransportContext.create(Map.of(KEY, this));
  }

  static ToolCall of(McpTransportContext context) {
    return (ToolCall) context.get(KEY);
  }

  Connection connection() {
    return connection;
  }

  JobOrder order() {
    return order.get();
  }

  /** Records the job of the call, which is cancelled if the call was. */
  synchronized void started(Job value) {
    job = value;
    if (cancelled) {
      value.cancel();
    }
  }

  synchronized @Nullable Job job() {
    return job;
  }

  synchronized void cancel() {
    cancelled = true;
    if (job != null) {
      job.cancel();
    }
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }
}
