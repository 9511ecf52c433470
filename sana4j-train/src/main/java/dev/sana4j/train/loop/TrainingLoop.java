package dev.sana4j.train.loop;

import dev.sana4j.objective.LossAndGradients;
import dev.sana4j.report.ContactSheet;
import dev.sana4j.report.MetricsLog;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.loop.TrainingState.Progress;
import dev.sana4j.train.optim.Ema;
import dev.sana4j.train.optim.GradientNorm;
import dev.sana4j.train.optim.MasterWeights;
import dev.sana4j.train.optim.Optimizer;
import dev.sana4j.train.optim.SavedTensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop that all trainers share: batch, gradients, average over workers, clip, optimizer, moving
 * average; and around it metrics, samples and checkpoints.
 */
public final class TrainingLoop implements AutoCloseable {
  private static final String BUFFERS = "buffers.";

  private final TrainingTask task;
  private final Plan plan;
  private final WorkerGroup workers;
  private final TrainingListener listener;
  private final Checkpoints checkpoints;
  private final List<Trained> groups = new ArrayList<>();
  private final @Nullable Ema ema;
  private int step;
  private long skipped;
  private int badInRow;

  /**
   * Settings of the loop.
   *
   * @param folder where checkpoints, metrics, samples and the model go
   * @param steps how many
   * @param run what all trainers share
   * @param dtype dtype of the networks
   * @param recipe the config as text; a checkpoint with an incompatible config is rejected
   */
  public record Plan(Path folder, int steps, RunRecipe run, DType dtype, String recipe) {}

  /** A group with its weights and optimizer. */
  private record Trained(TrainingTask.Group group, MasterWeights weights, Optimizer optimizer) {}

  /** Result of a step. */
  private record Outcome(double loss, double norm, double rate) {
    boolean isFinite() {
      return Double.isFinite(loss) && Double.isFinite(norm);
    }
  }

  TrainingLoop(TrainingTask task, Plan plan, WorkerGroup workers, TrainingListener listener) {
    this.task = task;
    this.plan = plan;
    this.workers = workers;
    this.listener = listener;
    this.checkpoints =
        new Checkpoints(plan.folder().resolve("checkpoints"), plan.run().keepCheckpoints());
    for (TrainingTask.Group group : task.groups()) {
      MasterWeights weights = new MasterWeights(group.parameters());
      groups.add(
          new Trained(group, weights, group.recipe().create(weights.trainables(), plan.dtype())));
    }
    double decay = lead().group().recipe().ema();
    ema = decay > 0 ? new Ema(lead().weights().trainables(), decay) : null;
  }

  private Trained lead() {
    return groups.stream().filter(trained -> trained.group().isLead()).findFirst().orElseThrow();
  }

  /**
   * Trains from the last checkpoint, or from the beginning, to the last step.
   *
   * @param stop checked after every step; if true, a checkpoint is written and the loop ends
   * @return whether all steps are done
   */
  boolean run(BooleanSupplier stop) {
    resume();
    share();
    workers.requireEqual("step", step);
    workers.requireEqual("config", RecipeDifference.fingerprint(plan.recipe()));
    workers.requireEqual("bytes of the dtype", plan.dtype().bytes());
    if (workers.rank() != 0) {
      return steps(null, stop);
    }
    ModelFiles.replaceText(plan.folder().resolve("recipe.yaml"), plan.recipe());
    try (MetricsLog metrics =
        MetricsLog.open(plan.folder().resolve("metrics"), step == 0 ? -1 : step, listener::note)) {
      return steps(metrics, stop);
    }
  }

  /** Only the first worker logs, samples and writes. */
  private boolean steps(@Nullable MetricsLog metrics, BooleanSupplier stop) {
    while (step < plan.steps()) {
      Map<String, Double> figures = step();
      if (metrics != null) {
        log(metrics, figures);
        due(metrics);
      }
      if (step < plan.steps() && isStopped(stop)) {
        if (metrics != null) {
          checkpoint(metrics);
        }
        return false;
      }
    }
    return true;
  }

  /** All workers stop after the same step, when any of them is asked to. */
  private boolean isStopped(BooleanSupplier stop) {
    boolean mine = stop.getAsBoolean();
    if (workers.size() == 1) {
      return mine;
    }
    return TensorScope.<Boolean>compute(
        () -> {
          Tensor votes = Tensors.full(mine ? 1 : 0, DType.FLOAT32, Device.CPU);
          workers.sum_(votes);
          return votes.item() > 0;
        });
  }

  /** All workers begin with the weights of the first. */
  private void share() {
    for (Trained trained : groups) {
      Libtorch.noGrad(
          () -> {
            workers.broadcast_(List.copyOf(trained.weights().masters().values()), 0);
            trained.weights().publish();
            return null;
          });
    }
  }

  private void resume() {
    checkpoints
        .last()
        .ifPresent(
            file -> {
              TensorScope.run(() -> restore(TrainingState.read(file), file));
              listener.note("resuming from " + file);
            });
  }

  private void restore(TrainingState state, Path file) {
    Progress progress = state.progress();
    String changes = RecipeDifference.allowed(file, progress.recipe(), plan.recipe());
    if (!progress.dtype().equals(plan.dtype().toString()) || progress.workers() != workers.size()) {
      throw new TrainingException(
          "%s was written by %d workers in %s, this run has %d in %s; use the same"
              .formatted(file, progress.workers(), progress.dtype(), workers.size(), plan.dtype()));
    }
    if (!changes.isEmpty()) {
      listener.note("changed settings: " + changes);
    }
    for (Trained trained : groups) {
      String name = trained.group().name();
      trained.weights().restore(SavedTensors.part(state.tensors(), name + ".weights."));
      trained.optimizer().restore(SavedTensors.part(state.tensors(), name + ".optimizer."));
    }
    if (ema != null) {
      ema.restore(SavedTensors.part(state.tensors(), "ema."));
    }
    SavedTensors.copy(SavedTensors.part(state.tensors(), BUFFERS), task.buffers());
    step = Math.toIntExact(progress.step());
    skipped = progress.skipped();
    badInRow = progress.badInRow();
    task.seek(progress.position(), (long) step * plan.run().accumulate());
  }

  /** One step of every active group; the figures for the metrics. */
  private Map<String, Double> step() {
    Map<String, Double> figures = new LinkedHashMap<>();
    List<Trained> active =
        groups.stream().filter(trained -> task.isActive(trained.group(), step)).toList();
    return TensorScope.<Map<String, Double>>compute(
        () -> {
          List<LossAndGradients> sums = averages(active);
          boolean bad = false;
          for (int g = 0; g < active.size(); g++) {
            Outcome outcome = update(active.get(g), sums.get(g));
            bad |= !outcome.isFinite();
            report(figures, active.get(g), outcome);
          }
          figures.putAll(task.figures());
          step++;
          count(bad);
          return figures;
        });
  }

  /** Loss and gradients of each group, averaged over the batches of a step. */
  private List<LossAndGradients> averages(List<Trained> active) {
    int accumulate = plan.run().accumulate();
    List<LossAndGradients> sums = new ArrayList<>();
    TensorScope.tidyAll(
        () -> {
          task.nextBatch((long) step * accumulate);
          active.forEach(
              trained -> sums.add(inFloat32(task.lossAndGradients(trained.group()), accumulate)));
          return sums.stream().flatMap(sum -> sum.tensors().stream()).toList();
        });
    for (int i = 1; i < accumulate; i++) {
      long number = (long) step * accumulate + i;
      TensorScope.run(
          () -> {
            task.nextBatch(number);
            for (int g = 0; g < active.size(); g++) {
              add(sums.get(g), task.lossAndGradients(active.get(g).group()), accumulate);
            }
          });
    }
    return sums;
  }

  /** A share of the sum over batches; gradients of a single batch in float32 are used unchanged. */
  private static LossAndGradients inFloat32(LossAndGradients found, int accumulate) {
    LossAndGradients wide = found.map(tensor -> tensor.to(DType.FLOAT32));
    return accumulate == 1 ? wide : wide.map(tensor -> tensor.div(accumulate));
  }

  private static void add(LossAndGradients sum, LossAndGradients found, int accumulate) {
    sum.loss().add_(found.loss(), 1.0 / accumulate);
    for (int i = 0; i < sum.gradients().size(); i++) {
      sum.gradients().get(i).add_(found.gradients().get(i), 1.0 / accumulate);
    }
  }

  /** Loss and gradients of all workers to a change of the weights, unless they are not finite. */
  private Outcome update(Trained trained, LossAndGradients found) {
    return Libtorch.noGrad(
        () -> {
          workers.average_(found.tensors());
          List<Tensor> gradients = found.gradients();
          double loss = found.loss().item();
          double largest = trained.group().recipe().clip();
          double norm =
              GradientNorm.clip_(gradients, largest > 0 ? largest : Double.POSITIVE_INFINITY);
          double rate = trained.group().rate().at(step);
          Outcome outcome = new Outcome(loss, norm, rate);
          if (outcome.isFinite()) {
            trained.optimizer().step(gradients, rate, task.frozen(trained.group()));
            trained.weights().publish();
            if (ema != null && trained.group().isLead()) {
              ema.update();
            }
          }
          return outcome;
        });
  }

  private void report(Map<String, Double> figures, Trained trained, Outcome outcome) {
    String prefix = trained.group().isLead() ? "" : trained.group().name() + "/";
    figures.put(prefix + "loss", outcome.loss());
    figures.put(prefix + "gradient_norm", outcome.norm());
    figures.put(prefix + "learning_rate", outcome.rate());
  }

  private void count(boolean bad) {
    badInRow = bad ? badInRow + 1 : 0;
    skipped += bad ? 1 : 0;
    if (bad) {
      listener.note("step " + step + " was skipped: loss or gradients are not finite");
    }
    if (badInRow > plan.run().maxBadSteps()) {
      throw new TrainingException(
          badInRow
              + " successive steps were not finite; lower the learning"
              + " rate or the clip norm and resume from the last checkpoint in "
              + plan.folder());
    }
  }

  private void log(MetricsLog metrics, Map<String, Double> figures) {
    listener.step(
        new StepReport(
            step,
            plan.steps(),
            task.batchSize() * plan.run().accumulate(),
            figures.getOrDefault("loss", Double.NaN),
            figures.getOrDefault("gradient_norm", Double.NaN),
            figures.getOrDefault("learning_rate", Double.NaN),
            skipped));
    metrics.row(step, figures);
    if (step % plan.run().logEvery() == 0 || step == plan.steps()) {
      metrics.flush();
    }
  }

  private void due(MetricsLog metrics) {
    RunRecipe run = plan.run();
    boolean last = step == plan.steps();
    if ((step % run.checkpointEvery() == 0 && badInRow == 0) || last) {
      checkpoint(metrics);
    }
    if (run.sampleEvery() > 0 && (step % run.sampleEvery() == 0 || last)) {
      sample(metrics);
    }
  }

  /** Written after the metrics, so that a training that resumes from here finds them complete. */
  private void checkpoint(MetricsLog metrics) {
    metrics.force();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Trained trained : groups) {
      String name = trained.group().name();
      trained.weights().masters().forEach((key, t) -> tensors.put(name + ".weights." + key, t));
      trained.optimizer().state().forEach((key, t) -> tensors.put(name + ".optimizer." + key, t));
    }
    if (ema != null) {
      ema.state().forEach((key, tensor) -> tensors.put("ema." + key, tensor));
    }
    task.buffers().forEach((key, tensor) -> tensors.put(BUFFERS + key, tensor));
    var position = task.position();
    Progress progress =
        new Progress(
            step,
            skipped,
            badInRow,
            position.epoch(),
            position.batch(),
            plan.dtype().toString(),
            workers.size(),
            task.lanes(),
            plan.recipe());
    listener.wrote(checkpoints.write(new TrainingState(progress, tensors)));
  }

  private void sample(MetricsLog metrics) {
    withAverage(
        () -> {
          var images = task.samples();
          if (!images.isEmpty()) {
            var sheet = ContactSheet.of(images, task.sampleTitles());
            Path file = plan.folder().resolve("samples").resolve("step-%010d.png".formatted(step));
            listener.wrote(SampleFile.write(file, sheet));
            metrics.image(step, "samples", sheet);
          }
        });
  }

  /** Writes the model; with averaged weights if there are any. */
  void write(Path folder) {
    withAverage(() -> task.write(folder));
  }

  /** Runs with the averaged weights in the network, and restores its weights afterwards. */
  private void withAverage(Runnable body) {
    Runnable ungraded =
        () ->
            Libtorch.noGrad(
                () -> {
                  body.run();
                  return null;
                });
    if (ema == null) {
      ungraded.run();
    } else {
      lead().weights().during(ema.values(), ungraded);
    }
  }

  @Override
  public void close() {
    groups.forEach(
        trained -> {
          trained.optimizer().close();
          trained.weights().close();
        });
    if (ema != null) {
      ema.close();
    }
  }
}
