package dev.sana4j.server;

import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.http.UnknownPath;
import dev.sana4j.server.http.WebPage;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.javalin.router.ParsedEndpoint;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Refuses a path that does not exist with 404, and one that needs another method with 405. */
final class KnownMethods {
  private final Supplier<List<ParsedEndpoint>> routes;

  KnownMethods(Supplier<List<ParsedEndpoint>> routes) {
    this.routes = routes;
  }

  /** Returns whether an endpoint is a route for one path, and not for all that remain. */
  static boolean isRoute(Endpoint endpoint) {
    return endpoint.method.isHttpMethod() && !endpoint.path.contains("<");
  }

  void require(Context context) {
    String method = context.req().getMethod();
    String path = context.req().getRequestURI();
    Set<String> methods = methods(path);
    if (methods.contains(method)) {
      return;
    }
    if (methods.isEmpty()) {
      throw UnknownPath.problem(path);
    }
    String allowed = String.join(", ", methods);
    context.header("Allow", allowed);
    throw new RequestProblem(
        Kind.METHOD, "the route does not support this method; it supports " + allowed);
  }

  private Set<String> methods(String path) {
    Set<String> methods = new TreeSet<>();
    for (ParsedEndpoint route : routes.get()) {
      if (isRoute(route.endpoint) && route.matches(path)) {
        methods.add(route.endpoint.method.name());
      }
    }
    if (WebPage.has(path)) {
      methods.add("GET");
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    if (!methods.isEmpty()) {
      methods.add("OPTIONS");
    }
    return methods;
  }
}
