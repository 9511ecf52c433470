package dev.sana4j.server;

import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.metrics.ServerMetrics;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs one line per request, without prompts (unless enabled) and without names of images. */
final class RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

  private final ServerMetrics metrics;
  private final boolean withPrompts;

  RequestLog(ServerMetrics metrics, boolean withPrompts) {
    this.metrics = metrics;
    this.withPrompts = withPrompts;
  }

  void answered(Context context, float milliseconds) {
    RequestContext requestContext = RequestContext.of(context);
    String method = context.req().getMethod();
    int status = context.statusCode();
    metrics.answered(
        METHODS.contains(method) ? method : "other", // clients can send any method name
        route(context),
        status,
        Duration.ofNanos((long) (milliseconds * 1e6)));
    LoggingEventBuilder line =
        LOG.atInfo()
            .addKeyValue("request", requestContext.id())
            .addKeyValue("method", method)
            .addKeyValue("route", route(context))
            .addKeyValue("status", status)
            .addKeyValue("ms", Math.round(milliseconds));
    if (requestContext.clientName() != null) {
      line = line.addKeyValue("client", requestContext.clientName());
    }
    if (requestContext.job() != null) {
      line = line.addKeyValue("job", requestContext.job());
    }
    if (withPrompts && requestContext.prompt() != null) {
      line = line.addKeyValue("prompt", requestContext.prompt());
    }
    line.log("request");
  }

  /**
   * Returns the registered route instead of the path, which contains secret names or arbitrary
   * text.
   */
  private static String route(Context context) {
    Endpoint endpoint = context.endpoints().lastHttpEndpoint();
    return endpoint == null ? "none" : endpoint.path;
  }
}
