package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.files.IoReason;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.ConfigWriter;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The trained scorers, one of each kind, stored in a folder. */
final class Scorers implements AutoCloseable {
  private static final String ABOUT = "scorers.json";

  private final List<Scorer> all;
  private final double seconds;
  private final boolean reused;

  private Scorers(List<Scorer> all, double seconds, boolean reused) {
    this.all = all;
    this.seconds = seconds;
    this.reused = reused;
  }

  /**
   * Returns whether the folder contains scorers that fit.
   *
   * @return false if scorers must be trained
   * @throws EvaluationException if there are others and the plan does not replace them
   */
  static boolean isReady(EvaluationOptions.ScorerPlan plan, ScorerFit fit) {
    Path about = plan.folder().resolve(ABOUT);
    if (!Files.exists(about)) {
      return false;
    }
    String difference = fit.difference(ScorerFit.read(ConfigFile.read(about)));
    if (difference.isEmpty()) {
      return true;
    }
    if (!plan.replace()) {
      throw new EvaluationException(
          "the scorers in %s are %s; name another folder".formatted(plan.folder(), difference));
    }
    return false;
  }

  /** Reads the scorers of the folder if they fit, otherwise trains scorers and saves them there. */
  static Scorers open(
      EvaluationOptions.ScorerPlan plan,
      ScorerFit fit,
      List<EmojiObject> objects,
      SceneRenderer renderer,
      EvaluationListener listener) {
    if (isReady(plan, fit)) {
      double seconds = ConfigFile.read(plan.folder().resolve(ABOUT)).number("seconds");
      return new Scorers(load(plan.folder(), fit), seconds, true);
    }
    long start = System.nanoTime();
    List<Scorer> trained =
        ScorerTraining.train(
            new ScorerExamples(objects, renderer, fit),
            fit,
            done -> listener.progress("scorers", done, fit.steps()));
    var scorers = new Scorers(trained, (System.nanoTime() - start) / 1e9, false);
    try {
      scorers.save(plan.folder(), fit);
      return scorers;
    } catch (RuntimeException | Error e) {
      scorers.close();
      throw e;
    }
  }

  private static List<Scorer> load(Path folder, ScorerFit fit) {
    List<Scorer> loaded = new ArrayList<>();
    try {
      for (ScorerKind kind : ScorerKind.values()) {
        try (Checkpoint checkpoint = Checkpoint.open(file(folder, kind))) {
          ScorerNetwork network =
              Weights.load(
                  checkpoint,
                  DType.FLOAT32,
                  Device.CPU,
                  weights -> new ScorerNetwork(weights, kind.channels(), fit.objects().size()));
          loaded.add(new Scorer(kind, network));
        }
      }
      return List.copyOf(loaded);
    } catch (CheckpointException e) {
      loaded.forEach(Scorer::close);
      throw new EvaluationException(e.getMessage() + "; delete the folder " + folder, e);
    }
  }

  private static Path file(Path folder, ScorerKind kind) {
    return folder.resolve(kind.label() + ".safetensors");
  }

  /**
   * Saves the scorers. Their settings are written last, because scorers without settings do not
   * count.
   */
  private void save(Path folder, ScorerFit fit) {
    Path about = folder.resolve(ABOUT);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(about);
    } catch (IOException e) {
      throw new EvaluationException(folder + " cannot be written: " + IoReason.of(e), e);
    }
    for (Scorer scorer : all) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Parameter parameter : scorer.network().parameters()) {
        tensors.put(parameter.name(), parameter.value());
      }
      SafetensorsWriter.write(file(folder, scorer.kind()), tensors, Map.of());
    }
    Map<String, Object> settings = fit.settings();
    settings.put("seconds", seconds);
    ConfigWriter.write(about, settings);
  }

  /** Returns the settings of the scorers in a folder. */
  static ScorerFit fit(Path folder) {
    Path about = folder.resolve(ABOUT);
    if (!Files.exists(about)) {
      throw new EvaluationException(
          folder + " contains no scorers; name the folder scorers/ of an evaluation");
    }
    return ScorerFit.read(ConfigFile.read(about));
  }

  /** Reads the scorers of a folder. */
  static Scorers read(Path folder, ScorerFit fit) {
    return new Scorers(load(folder, fit), 0, true);
  }

  /** Returns the scorer of a kind. */
  Scorer of(ScorerKind kind) {
    return all.stream().filter(scorer -> scorer.kind() == kind).findFirst().orElseThrow();
  }

  List<Scorer> all() {
    return all;
  }

  /** Returns the duration of their training in seconds. */
  double seconds() {
    return seconds;
  }

  boolean reused() {
    return reused;
  }

  @Override
  public void close() {
    all.forEach(Scorer::close);
  }
}
