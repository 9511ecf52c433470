package dev.sana4j.cli;

import static dev.sana4j.cli.ServeQueueOptions.require;

import dev.sana4j.pipeline.PipelineBuilder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.SanaServer;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.ModelCard;
import dev.sana4j.server.jobs.PipelineGenerator;
import dev.sana4j.server.safety.ApiKeys;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.ProcessEnd;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana serve}: a model as an HTTP service. */
@Command(
    name = "serve",
    description = {
      "Serves a model over HTTP: a web page, an interface of its own, and those of OpenAI's Images"
          + " API and of AUTOMATIC1111; docs/serving.md explains them.",
      "Each setting is also taken from a variable such as SANA4J_SERVE_PORT for --port, and from"
          + " the file named by --config; an option wins over a variable, that over the file."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    defaultValueProvider = ServeSource.class,
    footer = {
      "",
      "Examples:",
      "  sana serve",
      "  sana serve --model DIR --port 8080 --api-keys keys.txt --queue 32"
    })
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private ComputeOptions compute;
  @Mixin private ServeAccessOptions access;
  @Mixin private ServeQueueOptions queue;
  @Mixin private ServeLimitOptions limits;
  @Mixin private ServeFilterOptions filters;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "64",
      description = "Clients that may watch jobs at once (default: ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long jobs may take that are there when the server is told to stop (default:"
              + " ${DEFAULT-VALUE}).")
  private int grace;

  @Option(names = "--log-prompts", description = "Write prompts to the log.")
  private boolean logPrompts;

  @Option(names = "--log-json", description = "Write the log as lines of JSON.")
  private boolean logJson;

  @Option(
      names = "--" + ServeSource.CONFIG,
      paramLabel = "FILE",
      description = "Settings, one a line as NAME=VALUE, with the names of the options.")
  private @Nullable Path config;

  @Override
  public Integer call() {
    ServerSettings settings = settings();
    ModelOption.Chosen chosen = model.chosen();
    ModelConfig modelConfig = ModelConfig.read(chosen.folder());
    ServeLog.begin(logJson);
    tellSettings(settings.keys());
    if (settings.keys().isEmpty() && !access.isLocal()) {
      LOG.warn("everyone who reaches {} may ask: there are no keys", access.host());
    }
    compute.apply();
    DTypeOption.Precision precision = compute.precision(modelConfig);
    DType dtype = precision.dtype();
    PipelineBuilder builder =
        SanaPipeline.builder(chosen.folder()).dtype(dtype).device(compute.device());
    // Image after image: the memory of the first stays for the second.
    builder.check(modelConfig.request("an image", "another").build());
    precision.tell(spec.commandLine().getErr());
    Filters open = filters.open(dtype, compute.device());
    PipelineGenerator generator =
        new PipelineGenerator(ModelCard.of(name(chosen), modelConfig), builder.open());
    try (SanaServer server = SanaServer.start(generator, open, settings)) {
      serve(server);
    }
    return 0;
  }

  /** Until a signal comes, or the thread is interrupted. */
  private void serve(SanaServer server) {
    Thread hook =
        new Thread(
            () -> {
              server.close();
              ProcessEnd.halt(0); // stopped on request, not a failure
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    PrintWriter out = spec.commandLine().getOut();
    out.println("http://" + access.host() + ":" + server.port());
    out.flush();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      spec.commandLine().getErr().println("sana: stopped");
    } finally {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  /** The last part of a folder's path is what clients call the model. */
  private static String name(ModelOption.Chosen chosen) {
    Path file = Path.of(chosen.name()).toAbsolutePath().normalize().getFileName();
    return file == null ? chosen.name() : file.toString();
  }

  private ServerSettings settings() {
    return new ServerSettings(
        access.host(),
        access.port(),
        queue.settings(),
        limits.limits(),
        require("--streams", streams, 1, 10_000),
        Duration.ofSeconds(require("--grace", grace, 0, 3600)),
        access.keys(System.getenv(ServeAccessOptions.KEYS_VARIABLE)),
        access.origins(),
        access.isBehindProxy(),
        logPrompts);
  }

  private void tellSettings(ApiKeys keys) {
    ServeSource source = (ServeSource) spec.defaultValueProvider();
    PrintWriter err = spec.commandLine().getErr();
    err.println(config == null ? "settings:" : "settings, with those of " + config + ":");
    source
        .lines(spec, new HashSet<>(spec.commandLine().getParseResult().matchedOptions()))
        .forEach(line -> err.println(Sana.oneLine(line)));
    err.println("  keys                 " + (keys.isEmpty() ? "none" : keys.count() + ", hidden"));
    err.flush();
  }
}
