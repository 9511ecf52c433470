package dev.sana4j.recipe;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A config with a value of every kind. */
record Sample(
    @Key(doc = "Folder of the run.") Path folder,
    @Key(doc = "Steps to train.", value = "1_000") int steps,
    @Key(doc = "Seed of everything random.", value = "0") long seed,
    @Key(doc = "A name | a label.", value = "run") String name,
    @Key(doc = "Checkpoint to resume from.") @Nullable Path resume,
    @Key(doc = "How times are drawn.", value = "logit-normal") Times times,
    @Key(doc = "The parts to adapt.", value = "[to_q, to_k]") List<String> targets,
    @Key(doc = "Sizes of the blocks.", value = "[]") List<Integer> sizes,
    @Key(doc = "The optimizer.") Optimizer optimizer,
    @Key(doc = "Low rank adaptation.") @Nullable Lora lora,
    @Key(doc = "Data sets.", value = "[]") List<Source> sources) {

  enum Times {
    UNIFORM,
    LOGIT_NORMAL
  }

  record Optimizer(
      @Key(doc = "Peak learning rate.", value = "2e-5") double learningRate,
      @Key(doc = "Whether gradients are clipped.", value = "true") boolean clip,
      @Key(doc = "Its schedule.") Schedule schedule) {
    Optimizer {
      if (learningRate <= 0) {
        throw new IllegalArgumentException(
            "learning_rate must be positive, but is " + learningRate);
      }
    }
  }

  record Schedule(@Key(doc = "Steps to warm up.", value = "100") int warmUp) {
    Schedule {
      if (warmUp < 0) {
        throw new IllegalArgumentException("warmUp must not be negative");
      }
    }
  }

  record Lora(
      @Key(doc = "Rank.", value = "16") int rank,
      @Key(doc = "Alpha.", value = "null") @Nullable Double alpha) {}

  record Source(
      @Key(doc = "Where it lies.") Path path,
      @Key(doc = "How often it is drawn.", value = "1") double weight) {}
}
