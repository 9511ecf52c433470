package dev.sana4j.server.mcp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.ClientGoneException;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.jobs.Client;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The protocol over the standard streams of a process, one message per line. The end of the input
 * ends the connection and cancels its calls.
 */
public final class StdioConnection {
  private static final Client CLIENT = new Client("stdio");
  private static final int MOST_CALLS = 32;

  /** A blank line may have spaces and a carriage return. */
  private static final int SHORT = 16;

  private final InputStream in;
  private final OutputStream out;
  private final McpEndpoint endpoint;
  private final int mostBytes;
  private final Semaphore calls = new Semaphore(MOST_CALLS);
  private @Nullable McpSession session;

  /**
   * Creates a connection.
   *
   * @param standard defaults of the default model, and the limits of a request
   * @param engine runs the tools; waits while it is being prepared
   * @param folder for images of the user, or null
   * @param in messages of the client
   * @param out messages to the client, and nothing else
   */
  public StdioConnection(
      RequestDefaults standard,
      Supplier<ImageEngine> engine,
      @Nullable ImageFolder folder,
      InputStream in,
      OutputStream out) {
    endpoint = new McpEndpoint(standard, engine, folder);
    mostBytes = standard.limits().bodyBytes();
    this.in = new BufferedInputStream(in);
    this.out = out;
  }

  /**
   * Answers until the input ends.
   *
   * @throws IOException if the input cannot be read
   */
  public void run() throws IOException {
    ExecutorService threads = Executors.newCachedThreadPool(StdioConnection::thread);
    try {
      for (byte[] line = line(); line != null; line = line()) {
        if (!isBlank(line)) {
          received(line, threads);
        }
      }
    } finally {
      if (session != null) {
        session.close();
      }
      threads.shutdown();
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "call");
    thread.setDaemon(true); // a call that cannot be cancelled must not keep the process
    return thread;
  }

  /** Returns the next line, null at the end; a line that is too long is cut, and so refused. */
  private byte @Nullable [] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int read = in.read();
    if (read < 0) {
      return null;
    }
    for (; read >= 0 && read != '\n'; read = in.read()) {
      if (line.size() <= mostBytes) {
        line.write(read);
      }
    }
    return line.toByteArray();
  }

  private static boolean isBlank(byte[] line) {
    return new String(line, 0, Math.min(line.length, SHORT), ISO_8859_1).isBlank();
  }

  private void received(byte[] line, ExecutorService threads) {
    try {
      if (line.length > mostBytes) {
        throw new RequestProblem(
            RequestProblem.Kind.TOO_LARGE,
            "the message is larger than the limit of " + mostBytes + " bytes");
      }
      RpcMessage message = RpcMessage.of(Json.parse(line));
      if (message instanceof RpcMessage.Request request) {
        answer(request, threads);
      } else if (message instanceof RpcMessage.Notification notification
          && notification.method().equals(RpcMessage.CANCELLED)
          && session != null) {
        session.cancel(notification.params().path("requestId"));
      }
    } catch (RequestProblem problem) {
      send(Rpc.error(null, Rpc.INVALID_REQUEST, problem.message()));
    }
  }

  private void answer(RpcMessage.Request request, ExecutorService threads) {
    if (request.method().equals(RpcMessage.INITIALIZE)) {
      open(request);
    } else if (session == null) {
      send(Rpc.error(request.id(), Rpc.INVALID_REQUEST, "send initialize first"));
    } else if (!request.method().equals(RpcMessage.CALL)) {
      session.answer(request, this::send);
    } else if (calls.tryAcquire()) {
      McpSession current = session;
      threads.execute(() -> call(current, request));
    } else {
      send(Rpc.error(request.id(), Rpc.INVALID_REQUEST, "too many calls at the same time"));
    }
  }

  private void open(RpcMessage.Request request) {
    try {
      session = endpoint.open(request, CLIENT);
      send(session.greeting());
    } catch (RequestProblem problem) {
      send(Rpc.error(request.id(), Rpc.INVALID_PARAMS, problem.message()));
    }
  }

  private void call(McpSession current, RpcMessage.Request request) {
    try {
      var connection = new ToolCall.Connection(CLIENT, "", () -> {});
      current.answer(request, new ToolCall(connection, () -> endpoint.order(request)), this::send);
    } catch (ClientGoneException e) {
      current.close(); // nobody reads the results of the other calls
    } finally {
      calls.release();
    }
  }

  private void send(ObjectNode json) {
    byte[] line = Json.bytes(json);
    synchronized (out) {
      try {
        out.write(line);
        out.write('\n');
        out.flush();
      } catch (IOException e) {
        throw new ClientGoneException();
      }
    }
  }
}
