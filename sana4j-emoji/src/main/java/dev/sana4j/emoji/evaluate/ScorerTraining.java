package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.ScorerExamples.Examples;
import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.ParallelParts;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.train.optim.AdamW;
import dev.sana4j.train.optim.GradientNorm;
import dev.sana4j.train.optim.LearningRate;
import dev.sana4j.train.optim.Trainable;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Trains all scorers on the same images, in parallel. */
final class ScorerTraining {
  private static final int BATCH = 48;
  private static final double RATE = 3e-3;
  private static final int WARM_UP = 30;
  private static final double LARGEST_NORM = 10;
  private static final double COUNT_SHARE = 0.5;
  private static final AdamW.Settings ADAM = new AdamW.Settings(0.9, 0.99, 1e-8, 0.02);

  private ScorerTraining() {}

  /** Returns trained scorers, which the caller closes; they are the same for the same fit. */
  static List<Scorer> train(ScorerExamples examples, ScorerFit fit, IntConsumer progress) {
    List<Pupil> pupils = new ArrayList<>();
    try {
      for (ScorerKind kind : ScorerKind.values()) {
        pupils.add(new Pupil(kind, fit));
      }
      CompletableFuture<Examples> coming = prepared(examples);
      for (int step = 0; step < fit.steps(); step++) {
        Examples batch = coming.join();
        coming = step + 1 < fit.steps() ? prepared(examples) : coming;
        int number = step;
        List<Supplier<List<Tensor>>> lessons =
            pupils.stream()
                .<Supplier<List<Tensor>>>map(pupil -> () -> pupil.learn(batch, number))
                .toList();
        ParallelParts.run(lessons);
        progress.accept(step + 1);
      }
      pupils.forEach(Pupil::end);
      return pupils.stream().map(Pupil::scorer).toList();
    } catch (RuntimeException | Error e) {
      pupils.forEach(Pupil::end);
      pupils.forEach(pupil -> pupil.scorer().close());
      throw e;
    }
  }

  private static CompletableFuture<Examples> prepared(ScorerExamples examples) {
    return CompletableFuture.supplyAsync(() -> examples.next(BATCH));
  }

  /** A scorer and its optimizer. */
  private static final class Pupil {
    private final Scorer scorer;
    private final List<Parameter> parameters;
    private final List<Tensor> values;
    private final AdamW optimizer;
    private final LearningRate rate;

    Pupil(ScorerKind kind, ScorerFit fit) {
      ScorerNetwork network = fresh(kind, fit);
      scorer = new Scorer(kind, network);
      parameters = network.parameters().stream().filter(BatchNorm::isTrained).toList();
      network.learn(true);
      values = parameters.stream().map(Parameter::value).toList();
      parameters.forEach(parameter -> Autograd.record(parameter.value(), true));
      optimizer =
          new AdamW(
              parameters.stream()
                  .map(parameter -> new Trainable(parameter.name(), parameter.value()))
                  .toList(),
              ADAM);
      rate =
          new LearningRate(
              LearningRate.Decay.COSINE, RATE, 0, Math.min(WARM_UP, fit.steps()), fit.steps(), 0);
    }

    private static ScorerNetwork fresh(ScorerKind kind, ScorerFit fit) {
      try (var random = new RandomWeights(fit.seed() + kind.channels())) {
        return Weights.load(
            random,
            DType.FLOAT32,
            Device.CPU,
            weights -> new ScorerNetwork(weights, kind.channels(), fit.objects().size()));
      }
    }

    Scorer scorer() {
      return scorer;
    }

    /** Runs one step; all its tensors are freed. */
    List<Tensor> learn(Examples batch, int step) {
      return TensorScope.compute(
          () -> {
            List<Tensor> gradients = Autograd.gradients(loss(batch), values);
            if (Double.isFinite(GradientNorm.clip_(gradients, LARGEST_NORM))) {
              optimizer.step(gradients, rate.at(step));
            }
            return List.of();
          });
    }

    private Tensor loss(Examples batch) {
      ScorerKind kind = scorer.kind();
      Tensor images =
          Tensors.of(
              batch.seenBy(kind),
              batch.batch(),
              kind.channels(),
              batch.size().height(),
              batch.size().width());
      ScorerNetwork network = scorer.network();
      ScorerNetwork.Logits logits = network.logits(network.apply(images));
      Tensor objects = missed(logits.object(), batch.object());
      for (Relation relation : Relation.values()) {
        objects = objects.add(missed(logits.half(relation), batch.half(relation)));
      }
      Tensor counts = missed(logits.count(), batch.count()).mul(COUNT_SHARE);
      return objects.add(missed(logits.style(), batch.style())).add(counts).div(batch.batch());
    }

    private static Tensor missed(Tensor logits, long[] classes) {
      return Functional.crossEntropy(logits, Tensors.of(classes, classes.length));
    }

    void end() {
      scorer.network().learn(false);
      parameters.forEach(parameter -> Autograd.record(parameter.value(), false));
      optimizer.close();
    }
  }
}
