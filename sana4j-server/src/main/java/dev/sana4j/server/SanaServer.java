package dev.sana4j.server;

import dev.sana4j.files.Remedy;
import dev.sana4j.server.http.Access;
import dev.sana4j.server.http.AllowedHosts;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.http.UploadRateLimit;
import dev.sana4j.server.http.WebPage;
import dev.sana4j.server.jobs.ImageGenerator;
import dev.sana4j.server.jobs.ImageGenerators;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.ModelAliases;
import dev.sana4j.server.mcp.McpRoutes;
import dev.sana4j.server.metrics.ServerMetrics;
import dev.sana4j.server.nativeapi.NativeRoutes;
import dev.sana4j.server.openai.OpenAiRoutes;
import dev.sana4j.server.sdapi.SdapiRoutes;
import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.MemoryJobStore;
import dev.sana4j.server.store.StoreException;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves models over HTTP. */
public final class SanaServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SanaServer.class);
  private static final String OPENAPI = "openapi.json";

  /**
   * Threads in addition to those that wait for images: for quick answers and for refused clients.
   */
  private static final int SPARE_THREADS = 64;

  private static final int LARGEST_HEAD = 16 << 10;
  private static final int SLOWEST_BODY = 10_000; // bytes per second
  private static final Duration BODY_GRACE = Duration.ofSeconds(5);
  private static final long IDLE_MILLIS = 60_000;

  /** Clients keep unused connections open. */
  private static final long IDLE_AT_STOP_MILLIS = 100;

  /** How long sending an answer may take when the server stops. */
  private static final long ANSWER_MILLIS = 10_000;

  private final ServerSettings settings;
  private final JobService jobs;
  private final JobStore store;
  private final ServerMetrics metrics;
  private final Javalin javalin;
  private boolean stopped;

  private SanaServer(
      ServerSettings settings,
      JobService jobs,
      JobStore store,
      ServerMetrics metrics,
      Javalin javalin) {
    this.settings = settings;
    this.jobs = jobs;
    this.store = store;
    this.metrics = metrics;
    this.javalin = javalin;
  }

  /**
   * Starts to serve one model.
   *
   * @param generator generates the images; closed with the server
   * @param filters check the prompts
   * @param settings address, limits and access of the server
   * @return the server, to be closed
   * @throws ServerException if it cannot listen there
   */
  public static SanaServer start(
      ImageGenerator generator, JobService.Filters filters, ServerSettings settings) {
    return start(ImageGenerators.of(generator), filters, settings, new MemoryJobStore());
  }

  /**
   * Starts to serve.
   *
   * @param models generate the images; closed with the server
   * @param filters check the prompts, whatever the model is
   * @param settings address, limits and access of the server
   * @param store where jobs and images are stored; closed with the server
   * @return the server, to be closed
   * @throws ServerException if it cannot listen there, or an alias means an unknown model
   * @throws dev.sana4j.server.store.StoreException if the store cannot be read
   */
  public static SanaServer start(
      ImageGenerators models, JobService.Filters filters, ServerSettings settings, JobStore store) {
    requireModels(settings.aliases(), models);
    ServerMetrics metrics = new ServerMetrics();
    JobService jobs = jobs(models, filters, settings, store, metrics);
    metrics.watch(jobs);
    metrics.watch(models);
    SanaServer server =
        new SanaServer(settings, jobs, store, metrics, application(settings, jobs, metrics));
    try {
      server.javalin.start();
    } catch (JavalinBindException e) {
      server.close(Duration.ZERO);
      throw new ServerException(
              "cannot listen on %s:%d; another program may use the port, choose another"
                  .formatted(settings.host(), settings.port()))
          .with(Remedy.PORT);
    }
    return server;
  }

  private static JobService jobs(
      ImageGenerators models,
      JobService.Filters filters,
      ServerSettings settings,
      JobStore store,
      ServerMetrics metrics) {
    try {
      return JobService.start(models, filters, settings.jobs(), store, metrics);
    } catch (StoreException e) {
      metrics.close();
      models.close();
      throw e;
    }
  }

  private static void requireModels(ModelAliases aliases, ImageGenerators models) {
    List<String> ids = models.all().stream().map(model -> model.card().id()).toList();
    List<String> lost = aliases.withoutModel(ids);
    if (!lost.isEmpty()) {
      models.close();
      throw new ServerException(
          "the alias %s means an unknown model; there are %s"
              .formatted(lost.get(0), String.join(", ", ids)));
    }
  }

  private static Javalin application(
      ServerSettings settings, JobService jobs, ServerMetrics metrics) {
    return Javalin.create(
        config -> {
          configure(config, settings);
          RequestLog log = new RequestLog(metrics, settings.logPrompts());
          config.requestLogger.http(log::answered);
          new ErrorAnswers(metrics).addTo(config.routes);
          addGate(config.routes, settings, methods(config));
          ServedModels models =
              new ServedModels(
                  jobs.models(), settings.limits(), settings.loras(), settings.aliases());
          new NativeRoutes(jobs, models, settings.streams()).addTo(config.routes);
          new OpenAiRoutes(jobs, models).addTo(config.routes);
          new SdapiRoutes(jobs, models).addTo(config.routes);
          new McpRoutes(jobs, models).addTo(config.routes);
          addOperation(config.routes, jobs, metrics);
          new WebPage().addTo(config.routes);
        });
  }

  private static KnownMethods methods(JavalinConfig config) {
    return new KnownMethods(config.unsafe.internalRouter::allHttpHandlers);
  }

  private static void configure(JavalinConfig config, ServerSettings settings) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.compressionStrategy = CompressionStrategy.NONE; // images are compressed
    config.http.maxRequestSize = settings.limits().bodyBytes();
    int waiting = settings.jobs().capacity() + settings.jobs().mostTogether() + settings.streams();
    config.jetty.threadPool = new QueuedThreadPool(waiting + SPARE_THREADS, 8);
    config.jetty.addConnector((jetty, http) -> connector(jetty, http, settings));
    config.jetty.modifyServer(
        jetty -> {
          jetty.insertHandler(new UploadRateLimit(SLOWEST_BODY, BODY_GRACE));
          jetty.insertHandler(new GracefulHandler());
          jetty.setStopTimeout(ANSWER_MILLIS);
        });
  }

  private static ServerConnector connector(
      Server jetty, HttpConfiguration http, ServerSettings settings) {
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(LARGEST_HEAD);
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(IDLE_MILLIS);
    connector.setShutdownIdleTimeout(IDLE_AT_STOP_MILLIS);
    return connector;
  }

  private static void addGate(RoutesConfig routes, ServerSettings settings, KnownMethods methods) {
    Access access =
        new Access(settings.keys(), settings.origins(), settings.behindProxy(), hosts(settings));
    routes.before(
        context -> {
          context
              .header("X-Request-ID", RequestContext.of(context).id())
              .header("X-Content-Type-Options", "nosniff");
          access.requireOwnPage(context);
          access.allowOrigin(context);
          if (isGuarded(context)) {
            access.authenticate(context);
          }
          methods.require(context);
        });
    routes.options("/<path>", context -> context.status(204));
  }

  /**
   * Returns whether a request needs a key: not the page, health checks and images, whose names are
   * secret.
   */
  private static boolean isGuarded(Context context) {
    String path = context.path();
    boolean asks =
        path.startsWith("/api/")
            || path.startsWith("/v1/")
            || path.startsWith("/sdapi/")
            || path.startsWith("/controlnet/")
            || path.startsWith("/mcp")
            || path.equals("/metrics");
    return asks
        && !path.startsWith("/api/v1/images/")
        && !context.req().getMethod().equals("OPTIONS");
  }

  /** Returns the rule for the header Host. A server with keys or behind a proxy needs none. */
  private static AllowedHosts hosts(ServerSettings settings) {
    boolean isOpen =
        settings.behindProxy() || !settings.keys().isEmpty() || !isLocal(settings.host());
    if (settings.allowedHosts().isEmpty() && isOpen) {
      return AllowedHosts.any();
    }
    List<String> names = new ArrayList<>(settings.allowedHosts());
    names.add(settings.host());
    names.add("[" + settings.host() + "]"); // an IPv6 address in a URL
    return AllowedHosts.only(names);
  }

  private static boolean isLocal(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static void addOperation(RoutesConfig routes, JobService jobs, ServerMetrics metrics) {
    routes.get("/healthz", context -> say(context, "ok"));
    routes.get(
        "/readyz",
        context -> {
          boolean ready = jobs.isAccepting();
          say(context.status(ready ? 200 : 503), ready ? "ready" : "stopping");
        });
    routes.get(
        "/metrics",
        context -> context.contentType("text/plain; version=0.0.4").result(metrics.text()));
    byte[] openapi = openapi();
    routes.get("/openapi.json", context -> context.contentType("application/json").result(openapi));
  }

  private static void say(Context context, String status) {
    context.contentType("application/json").result(Json.bytes(Json.object().put("status", status)));
  }

  private static byte[] openapi() {
    try (InputStream in = SanaServer.class.getResourceAsStream(OPENAPI)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + OPENAPI);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + OPENAPI, e);
    }
  }

  /**
   * Returns the port that the server listens on.
   *
   * @return a port
   */
  public int port() {
    return javalin.port();
  }

  /**
   * Returns the job service.
   *
   * @return the service
   */
  public JobService jobs() {
    return jobs;
  }

  /** Returns the routes as method and path, without the fallback routes. */
  List<String> routes() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .map(handler -> handler.endpoint)
        .filter(KnownMethods::isRoute)
        .map(endpoint -> endpoint.method.name() + " " + endpoint.path)
        .toList();
  }

  /** Refuses new jobs, completes unfinished ones within the grace period, and stops. */
  @Override
  public void close() {
    close(settings.grace());
  }

  private synchronized void close(Duration grace) {
    if (stopped) {
      return;
    }
    stopped = true;
    JobService.Load load = jobs.load();
    LOG.info("stopping: {} jobs are running, {} are waiting", load.running(), load.queued());
    jobs.stop(grace);
    javalin.stop(); // waits for answers that are being sent
    store.close();
    LOG.info("stopped");
    metrics.close();
  }
}
