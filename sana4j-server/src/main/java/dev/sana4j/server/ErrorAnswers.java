package dev.sana4j.server;

import dev.sana4j.image.ImageException;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.server.http.ClientGoneException;
import dev.sana4j.server.http.ErrorStyle;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.http.UnknownPath;
import dev.sana4j.server.http.WebPage;
import dev.sana4j.server.jobs.JobObserver;
import dev.sana4j.server.mcp.RpcErrors;
import dev.sana4j.server.nativeapi.NativeErrors;
import dev.sana4j.server.openai.OpenAiErrors;
import dev.sana4j.server.sdapi.SdapiErrors;
import dev.sana4j.server.store.StoreException;
import dev.sana4j.text.TextException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import java.util.stream.Stream;

/** Turns exceptions into error answers in the format of the API that was called. */
final class ErrorAnswers {
  /** Status for the log only; the client has disconnected. */
  private static final int CLIENT_GONE = 499;

  private static final ErrorStyle OPENAI = new OpenAiErrors();
  private static final ErrorStyle SDAPI = new SdapiErrors();
  private static final ErrorStyle MCP = new RpcErrors();
  private static final ErrorStyle NATIVE = new NativeErrors();

  private final JobObserver observer;

  ErrorAnswers(JobObserver observer) {
    this.observer = observer;
  }

  void addTo(RoutesConfig routes) {
    routes.exception(RequestProblem.class, (problem, context) -> answer(problem, context));
    routes.exception(ClientGoneException.class, (gone, context) -> context.status(CLIENT_GONE));
    routes.exception(
        HttpResponseException.class,
        (error, context) -> answer(known(error, context.path()), context));
    routes.exception(RequestException.class, this::refuse);
    routes.exception(TextException.class, this::refuse);
    routes.exception(ImageException.class, this::refuse);
    routes.exception(StoreException.class, this::storeFailed);
    routes.exception(Exception.class, this::unexpected);
  }

  private void refuse(RuntimeException error, Context context) {
    answer(new RequestProblem(Kind.INVALID, String.valueOf(error.getMessage())), context);
  }

  private void storeFailed(StoreException error, Context context) {
    observer.warning(String.valueOf(error.getMessage()));
    answer(RequestProblem.of(error), context);
  }

  private void unexpected(Exception error, Context context) {
    observer.failure("request " + RequestContext.of(context).id(), error);
    answer(new RequestProblem(Kind.INTERNAL, "internal error; see the log of the server"), context);
  }

  /** Converts errors that Javalin reports. */
  private static RequestProblem known(HttpResponseException error, String path) {
    return switch (error.getStatus()) {
      case 404 -> UnknownPath.problem(path);
      case 413 -> new RequestProblem(Kind.TOO_LARGE, "the body is too large");
      default ->
          error.getStatus() < 500
              ? new RequestProblem(Kind.INVALID, String.valueOf(error.getMessage()))
              : new RequestProblem(Kind.INTERNAL, "internal error");
    };
  }

  private static void answer(RequestProblem problem, Context context) {
    if (context.res().isCommitted()) {
      return;
    }
    if (problem.kind() == Kind.NOT_FOUND && isFromBrowser(context)) {
      WebPage.sendMissing(context);
      return;
    }
    ErrorStyle style = style(context.path());
    Duration retryAfter = problem.retryAfter();
    if (retryAfter != null) {
      context.header("Retry-After", Long.toString((retryAfter.toMillis() + 999) / 1000));
    }
    if (problem.kind() == Kind.UNAUTHORIZED) {
      boolean basic = style == SDAPI;
      context.header("WWW-Authenticate", basic ? "Basic realm=\"sana4j\"" : "Bearer");
    }
    context
        .status(style.status(problem))
        .contentType("application/json")
        .result(Json.bytes(style.body(problem, RequestContext.of(context).id())));
  }

  /** Returns whether a person typed the address; pages and programs do not ask for HTML. */
  private static boolean isFromBrowser(Context context) {
    String accepted = String.valueOf(context.header("Accept"));
    String path = context.path();
    boolean isApi =
        Stream.of("/api/", "/v1/", "/sdapi/", "/controlnet/", "/mcp").anyMatch(path::startsWith);
    return !isApi && context.req().getMethod().equals("GET") && accepted.contains("text/html");
  }

  private static ErrorStyle style(String path) {
    if (path.startsWith("/v1/") || UnknownPath.lacksVersion(path)) {
      return OPENAI;
    }
    if (path.startsWith("/mcp")) {
      return MCP;
    }
    boolean isSdapi =
        path.startsWith("/sdapi/")
            || path.startsWith("/controlnet/")
            || path.startsWith("/internal/");
    return isSdapi ? SDAPI : NATIVE;
  }
}
