package dev.sana4j.cli;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.measure.Judge;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.ServerException;
import dev.sana4j.server.http.LoraFolder;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.JobObserver;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.JobSettings;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelCard;
import dev.sana4j.server.jobs.ModelLoadException;
import dev.sana4j.server.jobs.ModelPool;
import dev.sana4j.server.jobs.PipelineModel;
import dev.sana4j.server.mcp.ImageEngine;
import dev.sana4j.server.mcp.ImageFolder;
import dev.sana4j.server.mcp.StdioConnection;
import dev.sana4j.server.store.MemoryJobStore;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana mcp}: tools for an assistant, over the standard streams. */
@Command(
    name = "mcp",
    description = {
      "Gives an assistant tools to generate, edit and upscale images, over standard input and"
          + " output (Model Context Protocol). Assistants start this command themselves; see"
          + " docs/how-to/assistants.md.",
      "Each setting can also be given as an environment variable, such as SANA4J_MCP_MODEL for"
          + " --model, or in the file named by --config."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    defaultValueProvider = OptionSource.class,
    footer = {"", "Examples:", "  sana mcp", "  sana mcp --model DIR --folder Pictures"})
final class McpCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(McpCommand.class);

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private ServeModelOptions models;
  @Mixin private TimestepOption timestep;
  @Mixin private ComputeOptions compute;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Folder of images: the assistant may use the files in it, and all results are saved in it"
              + " (default: none).")
  private @Nullable Path folder;

  @Mixin private ServeQueueOptions queue;
  @Mixin private ServeLimitOptions limits;
  @Mixin private ServeFilterOptions filters;
  @Mixin private ServeJudgeOptions judge;

  @Mixin
  @SuppressWarnings("unused") // read by OptionSource
  private ConfigOption config;

  @Override
  public Integer call() {
    PrintStream protocol = System.out;
    System.setOut(System.err); // a stray line would break the protocol
    try {
      serve(protocol);
    } finally {
      System.setOut(protocol);
    }
    return 0;
  }

  private void serve(PrintStream out) {
    models.check();
    judge.check();
    ImageFolder images = folder();
    ModelOption.Chosen chosen = model.chosen(compute.stored());
    ModelConfig modelConfig = timestep.applied(ModelConfig.read(chosen.folder()));
    String name = ServeCommand.name(chosen);
    RequestDefaults standard =
        new RequestDefaults(ModelCard.of(name, modelConfig), limits(), LoraFolder.none());
    CompletableFuture<ImageEngine> engine = new CompletableFuture<>();
    Thread preparing = new Thread(() -> prepare(name, modelConfig, engine), "prepare");
    preparing.start();
    try {
      new StdioConnection(standard, () -> prepared(engine), images, System.in, out).run();
    } catch (IOException e) {
      throw new UncheckedIOException("reading messages", e);
    } finally {
      close(preparing, engine);
    }
  }

  /** Loads libraries and model while the assistant starts. */
  private void prepare(
      String name, ModelConfig modelConfig, CompletableFuture<ImageEngine> engine) {
    try {
      compute.apply();
      DTypeOption.Precision precision = compute.precision(modelConfig);
      PipelineModel standard =
          PipelineModel.of(name, modelConfig, precision.dtype(), compute.device());
      standard.requireMemory(ProcessMemory.available());
      timestep.tell(spec.commandLine().getErr(), modelConfig);
      precision.tell(spec.commandLine().getErr());
      ImageEngine opened = engine(standard);
      engine.complete(opened);
      opened.jobs().models().standard().load();
    } catch (RuntimeException e) { // each call reports it too
      Throwable cause = e instanceof ModelLoadException ? e.getCause() : e;
      Sana.failure(cause instanceof Exception known ? known : e, spec.commandLine());
      engine.completeExceptionally(e);
    } catch (Error e) { // waiting calls must end
      LOG.error("the model cannot be loaded", e);
      engine.completeExceptionally(new FailureException("the model cannot be loaded: " + e));
    }
  }

  private Limits limits() {
    return judge.isGiven() ? limits.limits().withCandidates() : limits.limits();
  }

  private ImageEngine engine(PipelineModel standard) {
    Judge chooser = judge.open(standard.device()); // before the free memory is shared by models
    JobSettings settings = chooser == null ? queue.settings() : queue.settings().judgedBy(chooser);
    ModelPool pool = models.pool(standard, compute);
    Filters open = filters.openLater(standard.dtype(), standard.device());
    JobService jobs =
        JobService.start(pool, open, settings, new MemoryJobStore(), JobObserver.NONE);
    return new ImageEngine(
        jobs, new ServedModels(pool, limits(), LoraFolder.none(), models.aliases()));
  }

  private static ImageEngine prepared(CompletableFuture<ImageEngine> engine) {
    try {
      return engine.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void close(Thread preparing, CompletableFuture<ImageEngine> engine) {
    try {
      preparing.join();
      if (!engine.isCompletedExceptionally()) {
        engine.join().jobs().stop(Duration.ZERO);
      }
      judge.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable ImageFolder folder() {
    try {
      return folder == null ? null : ImageFolder.of(folder);
    } catch (IOException e) {
      throw new ServerException("--folder " + folder + " is not a folder; create it first");
    }
  }
}
