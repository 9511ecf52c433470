package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.EvaluationResult.Compared;
import dev.sana4j.emoji.evaluate.EvaluationResult.Judged;
import dev.sana4j.emoji.evaluate.EvaluationResult.Row;
import dev.sana4j.emoji.evaluate.EvaluationResult.ScorerSummary;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.FeatureStatistics;
import dev.sana4j.measure.FrechetDistance;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scorers and their output for real images, which all models of an evaluation share. */
final class ScorerPanel implements AutoCloseable {
  private final EvaluationSet set;
  private final Scorers scorers;
  private final Map<Scene.Kind, RealImages> real = new EnumMap<>(Scene.Kind.class);

  private ScorerPanel(EvaluationSet set, Scorers scorers) {
    this.set = set;
    this.scorers = scorers;
    set.kinds().forEach(kind -> real.put(kind, real(kind)));
  }

  /** Opens the scorers of the folder, or trains new ones. */
  static ScorerPanel open(
      EvaluationSet set, EvaluationOptions options, EvaluationListener listener) {
    ScorerFit fit = ScorerFit.of(set.objects(), options);
    boolean ready = Scorers.isReady(options.scorers(), fit);
    listener.note(
        (ready ? "scorers from " : "training scorers, which will be saved in ")
            + options.scorers().folder());
    Scorers scorers = Scorers.open(options.scorers(), fit, set.objects(), set.renderer(), listener);
    try {
      return new ScorerPanel(set, scorers);
    } catch (RuntimeException | Error e) {
      scorers.close();
      throw e;
    }
  }

  /** Output of the scorers, and what pixels show, for some images. */
  private record ScoredImages(Map<ScorerKind, ScorerOutput> outputs, List<PixelJudgement> judged) {
    static ScoredImages of(Scorers scorers, List<RgbImage> images) {
      Map<ScorerKind, ScorerOutput> outputs = new EnumMap<>(ScorerKind.class);
      scorers.all().forEach(scorer -> outputs.put(scorer.kind(), scorer.read(images)));
      return new ScoredImages(outputs, PixelJudgement.of(images));
    }

    ScorerOutput output(ScorerKind kind) {
      ScorerOutput output = outputs.get(kind);
      if (output == null) {
        throw new IllegalStateException("there is no scorer " + kind);
      }
      return output;
    }
  }

  /** Output for the real images of a row's scenes, and their distance from other real images. */
  private record RealImages(ScoredImages seen, Map<ScorerKind, Double> floors) {}

  private RealImages real(Scene.Kind kind) {
    ScoredImages seen = ScoredImages.of(scorers, set.real(kind));
    ScoredImages second = ScoredImages.of(scorers, set.others(kind));
    Map<ScorerKind, Double> floors = new EnumMap<>(ScorerKind.class);
    for (ScorerKind scorer : ScorerKind.values()) {
      floors.put(
          scorer, distance(second.output(scorer).features(), seen.output(scorer).features()));
    }
    return new RealImages(seen, floors);
  }

  private static double distance(List<float[]> first, List<float[]> second) {
    return FrechetDistance.between(FeatureStatistics.of(first), FeatureStatistics.of(second));
  }

  /** Returns how well each image of a row shows its scene, according to the colour scorer. */
  double[] agreement(Scene.Kind kind, List<RgbImage> images) {
    Scorer judge = scorers.of(ScorerKind.COLOUR);
    List<Scene> scenes = set.scenes(kind);
    double[] agreement = new double[images.size()];
    for (int i = 0; i < agreement.length; i++) {
      agreement[i] = judge.agreement(scenes.get(i), images.get(i), set.numbers());
    }
    return agreement;
  }

  /** Scores a model's images of a row. */
  Row row(Scene.Kind kind, Language language, List<RgbImage> images, double seconds) {
    RealImages best = real.get(kind);
    if (best == null) {
      throw new IllegalStateException("no real images of " + kind);
    }
    ScoredImages made = ScoredImages.of(scorers, images);
    Map<ScorerKind, Judged> judged = new EnumMap<>(ScorerKind.class);
    for (ScorerKind scorer : ScorerKind.values()) {
      judged.put(scorer, judged(kind, scorer, made, best));
    }
    List<Scene> scenes = set.scenes(kind);
    Compared background =
        new Compared(
            Accuracy.backgrounds(scenes, made.judged()),
            Accuracy.backgrounds(scenes, best.seen().judged()));
    return new Row(kind, language, images.size(), background, judged, seconds);
  }

  private Judged judged(Scene.Kind kind, ScorerKind scorer, ScoredImages made, RealImages best) {
    Map<String, Proportion> theirs = accuracy(kind, made, scorer);
    Map<String, Proportion> ours = accuracy(kind, best.seen(), scorer);
    Map<String, Compared> figures = new LinkedHashMap<>();
    theirs.forEach(
        (name, share) -> figures.put(name, new Compared(share, ours.getOrDefault(name, share))));
    double distance =
        distance(made.output(scorer).features(), best.seen().output(scorer).features());
    return new Judged(figures, distance, best.floors().getOrDefault(scorer, Double.NaN));
  }

  private Map<String, Proportion> accuracy(Scene.Kind kind, ScoredImages seen, ScorerKind scorer) {
    return new Accuracy(set.numbers())
        .of(set.scenes(kind), seen.output(scorer).predictions(), seen.judged());
  }

  /** Returns the origin and the accuracy of the scorers. */
  ScorerSummary summary() {
    Map<ScorerKind, Map<String, Proportion>> all = new EnumMap<>(ScorerKind.class);
    for (Scorer scorer : scorers.all()) {
      Map<String, Proportion> sums = new LinkedHashMap<>();
      real.forEach(
          (kind, images) ->
              accuracy(kind, images.seen(), scorer.kind())
                  .forEach(
                      (name, share) ->
                          sums.merge(
                              name,
                              share,
                              (a, b) -> new Proportion(a.right() + b.right(), a.all() + b.all()))));
      all.put(scorer.kind(), sums);
    }
    return new ScorerSummary(scorers.reused(), scorers.seconds(), all);
  }

  @Override
  public void close() {
    scorers.close();
  }
}
