package dev.sana4j.cli;

import dev.sana4j.image.ImageException;
import dev.sana4j.pipeline.ModelLocator;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.recipe.ModelPaths;
import dev.sana4j.recipe.Recipe;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.loop.Trainer;
import dev.sana4j.train.loop.Trainer.Place;
import dev.sana4j.train.loop.TrainingListener;
import dev.sana4j.train.workers.WorkerPlan;
import dev.sana4j.train.workers.Workers;
import dev.sana4j.weights.CheckpointException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sana train ...}, {@code sana distill} and {@code sana finetune}: train a model folder from
 * a config.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class TrainingCommand<R extends Record> implements Callable<Integer> {
  /** The status that a shell reports for a program ended by Ctrl-C. */
  private static final int STOPPED = 130;

  private static final String LESS =
      "a smaller batch size, run.gradient_checkpointing or LoRA needs less memory";

  /** Resolves models without downloading: a config that is only printed, or invalid, needs none. */
  private static final ModelPaths AS_NAMED =
      name ->
          ModelLocator.present(name).isPresent() || !ModelNames.isOnHub(name)
              ? Optional.empty()
              : Optional.of(Path.of(name));

  private final TrainingKind<R> kind;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Training config in YAML; docs/reference/configs.md lists every key. Without it, the"
              + " values of --set and the defaults apply.")
  private @Nullable Path config;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder for checkpoints, metrics, samples and the model.")
  private @Nullable Path output;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Override a value of the config, for example run.seed=7; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--print-config",
      description =
          "Print the config with all values and exit; without --config, print a template.")
  private boolean printConfig;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Number of processes that train together: 1 to 64 on one machine, up to 1024 with"
              + " --rendezvous (default: 1).")
  private @Nullable Integer workers;

  @Option(
      names = "--rendezvous",
      paramLabel = "HOST:PORT",
      description =
          "Address of rank 0, where the workers of several machines connect; use it only in a"
              + " trusted network.")
  private @Nullable String rendezvous;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description = "Rank of this worker, from 0; use with --rendezvous.")
  private @Nullable Integer rank;

  @Mixin private DeviceOptions where;

  TrainingCommand(TrainingKind<R> kind) {
    this.kind = kind;
  }

  @Override
  public Integer call() {
    if (printConfig) {
      print();
      return 0;
    }
    WorkerPlan plan = WorkerPlan.of(workers, rank, rendezvous);
    recipe(AS_NAMED);
    Path folder = required(output, "-o DIR").toAbsolutePath().normalize();
    R recipe = recipe(ModelNames::find);
    where.apply(plan.sizeHere());
    Trainer trainer = kind.trainer().apply(recipe);
    try (TrainingProgress progress = new TrainingProgress(folder);
        StopRequest stop = StopRequest.listen(progress::note)) {
      TrainingListener listener = Workers.isStarted() ? TrainingListener.SILENT : progress;
      Device device = where.device(Workers.rankHere(), plan.sizeHere());
      var place = new Place(folder, device, listener);
      if (!Workers.isStarted()) {
        trainer.prepare(place);
        OutputFolder.create(folder);
      }
      boolean done = train(trainer, place, plan, progress, stop);
      progress.end();
      stop.done();
      if (Workers.isStarted()) {
        return 0;
      }
      report(done, folder, progress);
      return done ? 0 : STOPPED;
    }
  }

  /** Reads the recipe; a few {@code --set} values can replace the file. */
  private R recipe(ModelPaths models) {
    if (config == null && overrides.isEmpty()) {
      throw new RequestException("give --config FILE, or values with --set");
    }
    return config == null
        ? Recipe.parse("", Path.of(""), kind.recipe(), overrides, models)
        : Recipe.read(config, kind.recipe(), overrides, models);
  }

  private void report(boolean done, Path folder, TrainingProgress progress) {
    if (!done) {
      progress.note("stopped; " + howToGoOn(folder));
    } else if (isLead()) {
      printResult(progress);
    }
  }

  private static <T> T required(@Nullable T value, String option) {
    if (value == null) {
      throw new RequestException("give " + option);
    }
    return value;
  }

  private boolean isLead() {
    return !Workers.isStarted() && (rank == null || rank == 0);
  }

  private void print() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(config == null ? Recipe.template(kind.recipe()) : Recipe.write(recipe(AS_NAMED)));
    out.flush();
  }

  private boolean train(
      Trainer trainer, Place place, WorkerPlan plan, TrainingProgress progress, StopRequest stop) {
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    try {
      return Workers.run(
          plan,
          Sana.class,
          arguments,
          progress::note,
          group -> {
            stop.waitForTraining();
            return trainer.train(place, group, stop::isAsked);
          });
    } catch (RuntimeException e) {
      RuntimeException explained = explained(e, place, plan, progress);
      if (stop.isAsked()) { // the process may end before the caller reports it
        progress.note(String.valueOf(explained.getMessage()));
      }
      throw explained;
    }
  }

  private static RuntimeException explained(
      RuntimeException error, Place place, WorkerPlan plan, TrainingProgress progress) {
    boolean tooLarge = error instanceof TensorException lack && lack.isOutOfMemory();
    if (!tooLarge && !isUnfinished(error, plan, progress)) {
      return error;
    }
    String what =
        tooLarge ? "out of memory: " + error.getMessage() + "; " + LESS : error.getMessage();
    return new TrainingException(what + "; " + howToGoOn(place.folder()), error);
  }

  /** Returns whether a file could not be written after the first step, or a worker was lost. */
  private static boolean isUnfinished(
      RuntimeException error, WorkerPlan plan, TrainingProgress progress) {
    boolean file = error instanceof CheckpointException || error instanceof ImageException;
    return (file && progress.hasBegun()) || (plan.size() > 1 && error instanceof TensorException);
  }

  private static String howToGoOn(Path folder) {
    return Trainer.lastCheckpoint(folder)
        .map(file -> "the last checkpoint, " + file + ", is intact: run the same command to resume")
        .orElse("no checkpoint was written yet: run the same command to start over");
  }

  private void printResult(TrainingProgress progress) {
    Path written = progress.lastWritten();
    if (written != null) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(written);
      out.flush();
    }
  }
}
