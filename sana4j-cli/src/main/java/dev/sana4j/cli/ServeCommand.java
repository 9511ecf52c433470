package dev.sana4j.cli;

import static dev.sana4j.cli.ServeQueueOptions.require;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.measure.Judge;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.SanaServer;
import dev.sana4j.server.ServerSettings;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.ModelLoadException;
import dev.sana4j.server.jobs.ModelPool;
import dev.sana4j.server.jobs.PipelineModel;
import dev.sana4j.server.safety.ApiKeys;
import dev.sana4j.server.store.JobStore;
import dev.sana4j.tensor.ProcessEnd;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana serve}: serves models over HTTP. */
@Command(
    name = "serve",
    description = {
      "Serves one or several models over HTTP: a web page, a native API, and APIs compatible with"
          + " OpenAI Images and AUTOMATIC1111. See docs/how-to/serve.md.",
      "Each setting can also be given as an environment variable, such as SANA4J_SERVE_PORT for"
          + " --port, or in the file named by --config. Options override variables, and variables"
          + " override the file."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    defaultValueProvider = OptionSource.class,
    footer = {
      "",
      "Examples:",
      "  sana serve",
      "  sana serve --model DIR --port 8080 --api-keys keys.txt --queue 32",
      "  sana serve --models-dir DIR --model-memory 12"
    })
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private ServeModelOptions models;
  @Mixin private TimestepOption timestep;
  @Mixin private ComputeOptions compute;
  @Mixin private ServeAccessOptions access;
  @Mixin private ServeQueueOptions queue;
  @Mixin private ServeDataOption data;
  @Mixin private ServeLimitOptions limits;
  @Mixin private ServeFilterOptions filters;
  @Mixin private ServeLoraOptions loras;
  @Mixin private ServeJudgeOptions judge;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Maximum number of clients that watch jobs at the same time (default: ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "Seconds that unfinished jobs have to complete when the server is stopped (default:"
              + " ${DEFAULT-VALUE}).")
  private int grace;

  @Option(names = "--log-prompts", description = "Write prompts to the log.")
  private boolean logPrompts;

  @Option(names = "--log-json", description = "Write the log as JSON, one object per line.")
  private boolean logJson;

  @Mixin private ConfigOption config;

  @Override
  public Integer call() {
    models.check();
    judge.check();
    ServerSettings settings = settings();
    ModelOption.Chosen chosen = model.chosen(compute.stored());
    ModelConfig modelConfig = timestep.applied(ModelConfig.read(chosen.folder()));
    ServeLog.begin(logJson);
    tellSettings(settings.keys());
    if (settings.keys().isEmpty() && !access.isLocal()) {
      LOG.warn(
          "every client that can connect to {} may send requests, because no API keys are" + " set",
          access.host());
    }
    compute.apply();
    DTypeOption.Precision precision = compute.precision(modelConfig);
    PipelineModel standard =
        PipelineModel.of(name(chosen), modelConfig, precision.dtype(), compute.device());
    standard.requireMemory(ProcessMemory.available());
    timestep.tell(spec.commandLine().getErr(), modelConfig);
    precision.tell(spec.commandLine().getErr());
    start(standard, settings);
    return 0;
  }

  /** Opens what is not in the configs, and serves until the process is stopped. */
  private void start(PipelineModel standard, ServerSettings settings) {
    Filters open = filters.open(standard.dtype(), standard.device());
    Judge chooser = judge.open(standard.device());
    try (JobStore store = data.store()) { // before the weights are loaded, since it may fail
      ModelPool pool = models.pool(standard, compute);
      loadStandard(pool);
      ServerSettings judged = chooser == null ? settings : settings.judgedBy(chooser);
      try (SanaServer server = SanaServer.start(pool, open, judged, store)) {
        serve(server);
      }
    } finally {
      judge.close();
    }
  }

  /** Loads the default model, so that damaged weights are reported before the server starts. */
  private static void loadStandard(ModelPool pool) {
    try {
      pool.standard().load();
    } catch (ModelLoadException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Waits for a signal, or until the thread is interrupted. */
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

  /** Returns the name of the model for clients: the last part of its path. */
  static String name(ModelOption.Chosen chosen) {
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
        access.allowedHosts(),
        access.isBehindProxy(),
        logPrompts,
        loras.loras(),
        models.aliases());
  }

  private void tellSettings(ApiKeys keys) {
    OptionSource source = (OptionSource) spec.defaultValueProvider();
    PrintWriter err = spec.commandLine().getErr();
    Path file = config.file();
    err.println(file == null ? "settings:" : "settings, including those of " + file + ":");
    source
        .lines(spec, new HashSet<>(spec.commandLine().getParseResult().matchedOptions()))
        .forEach(line -> err.println(Sana.oneLine(line)));
    err.println("  keys                 " + (keys.isEmpty() ? "none" : keys.count() + ", hidden"));
    err.flush();
  }
}
