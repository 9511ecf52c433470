package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.EvaluationResult.Compared;
import dev.sana4j.emoji.evaluate.EvaluationResult.Judged;
import dev.sana4j.emoji.evaluate.EvaluationResult.Row;
import dev.sana4j.emoji.evaluate.EvaluationResult.ScorerSummary;
import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.image.RgbImage;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scorers, and what they make of real pictures: the same for every model that is asked. */
final class Judges implements AutoCloseable {
  private final Questions questions;
  private final Scorers scorers;
  private final Map<Scene.Kind, RealPictures> real = new EnumMap<>(Scene.Kind.class);

  private Judges(Questions questions, Scorers scorers) {
    this.questions = questions;
    this.scorers = scorers;
    questions.kinds().forEach(kind -> real.put(kind, real(kind)));
  }

  /** With the scorers of the folder, or newly trained ones. */
  static Judges open(Questions questions, EvaluationOptions options, EvaluationListener listener) {
    ScorerFit fit = ScorerFit.of(questions.objects(), options);
    boolean ready = Scorers.isReady(options.scorers(), fit);
    listener.note(
        (ready ? "scorers from " : "training scorers, to be kept in ")
            + options.scorers().folder());
    Scorers scorers =
        Scorers.open(options.scorers(), fit, questions.objects(), questions.renderer(), listener);
    try {
      return new Judges(questions, scorers);
    } catch (RuntimeException e) {
      scorers.close();
      throw e;
    }
  }

  /** Pictures, and what the scorers and the pixels say of them. */
  private record Seen(Map<ScorerKind, Reading> readings, List<Background> backgrounds) {
    static Seen of(Scorers scorers, List<RgbImage> pictures) {
      Map<ScorerKind, Reading> readings = new EnumMap<>(ScorerKind.class);
      scorers.all().forEach(scorer -> readings.put(scorer.kind(), scorer.read(pictures)));
      return new Seen(readings, pictures.stream().map(BackgroundJudge::of).toList());
    }

    Reading reading(ScorerKind kind) {
      Reading reading = readings.get(kind);
      if (reading == null) {
        throw new IllegalStateException("there is no scorer " + kind);
      }
      return reading;
    }
  }

  /** Real pictures of a row's scenes, and the distance of others from them. */
  private record RealPictures(Seen seen, Map<ScorerKind, Double> floors) {}

  private RealPictures real(Scene.Kind kind) {
    Seen seen = Seen.of(scorers, questions.real(kind));
    Seen second = Seen.of(scorers, questions.others(kind));
    Map<ScorerKind, Double> floors = new EnumMap<>(ScorerKind.class);
    for (ScorerKind scorer : ScorerKind.values()) {
      floors.put(
          scorer,
          FrechetDistance.between(
              second.reading(scorer).features(), seen.reading(scorer).features()));
    }
    return new RealPictures(seen, floors);
  }

  /** Judges a model's pictures of a row. */
  Row row(Scene.Kind kind, Language language, List<RgbImage> pictures, double seconds) {
    RealPictures best = real.get(kind);
    if (best == null) {
      throw new IllegalStateException("no real pictures of " + kind);
    }
    Seen made = Seen.of(scorers, pictures);
    Map<ScorerKind, Judged> judged = new EnumMap<>(ScorerKind.class);
    for (ScorerKind scorer : ScorerKind.values()) {
      judged.put(scorer, judged(kind, scorer, made, best));
    }
    List<Scene> scenes = questions.scenes(kind);
    Compared background =
        new Compared(
            Tally.backgrounds(scenes, made.backgrounds()),
            Tally.backgrounds(scenes, best.seen().backgrounds()));
    return new Row(kind, language, pictures.size(), background, judged, seconds);
  }

  private Judged judged(Scene.Kind kind, ScorerKind scorer, Seen made, RealPictures best) {
    Map<String, Proportion> theirs = tally(kind, made, scorer);
    Map<String, Proportion> ours = tally(kind, best.seen(), scorer);
    Map<String, Compared> figures = new LinkedHashMap<>();
    theirs.forEach(
        (name, share) -> figures.put(name, new Compared(share, ours.getOrDefault(name, share))));
    double distance =
        FrechetDistance.between(
            made.reading(scorer).features(), best.seen().reading(scorer).features());
    return new Judged(figures, distance, best.floors().getOrDefault(scorer, Double.NaN));
  }

  private Map<String, Proportion> tally(Scene.Kind kind, Seen seen, ScorerKind scorer) {
    return new Tally(questions.numbers())
        .of(questions.scenes(kind), seen.reading(scorer).verdicts(), seen.backgrounds());
  }

  /** How the scorers came to be, and how well they see. */
  ScorerSummary summary() {
    Map<ScorerKind, Map<String, Proportion>> all = new EnumMap<>(ScorerKind.class);
    for (Scorer scorer : scorers.all()) {
      Map<String, Proportion> sums = new LinkedHashMap<>();
      real.forEach(
          (kind, pictures) ->
              tally(kind, pictures.seen(), scorer.kind())
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
