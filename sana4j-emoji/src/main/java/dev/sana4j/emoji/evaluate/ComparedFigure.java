package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.EvaluationResult.Compared;
import dev.sana4j.emoji.evaluate.EvaluationResult.Judged;
import dev.sana4j.emoji.evaluate.EvaluationResult.Row;
import dev.sana4j.emoji.scene.Scene;
import java.util.function.ToDoubleFunction;

/** The metrics by which models are compared, each for one kind of scenes. */
public enum ComparedFigure {
  /** Correct single objects, in percent. */
  OBJECT("object", Scene.Kind.SINGLE),
  /** Pairs with both objects, in percent. */
  BOTH("both", Scene.Kind.PAIR),
  /** Pairs with each object where it should be, in percent. */
  ORDERED("ordered", Scene.Kind.PAIR),
  /** Correct counts, in percent. */
  COUNT("count", Scene.Kind.COUNT),
  /** Correct colours of coloured objects, in percent; found without a scorer. */
  COLOR("color", Scene.Kind.COLOR),
  /** Correct styles of single objects, in percent. */
  STYLE("style", Scene.Kind.SINGLE),
  /** Correct backgrounds of single objects, in percent; found without a scorer. */
  BACKGROUND("background", Scene.Kind.SINGLE),
  /** The Fréchet distance of single objects; lower is better. */
  FRECHET("Frechet", Scene.Kind.SINGLE);

  private final String label;
  private final Scene.Kind kind;

  ComparedFigure(String label, Scene.Kind kind) {
    this.label = label;
    this.kind = kind;
  }

  /**
   * Returns its name in tables.
   *
   * @return for example {@code object}
   */
  public String label() {
    return label;
  }

  /**
   * Returns the value of a model's images.
   *
   * @param result result of the evaluation
   * @param language language of the prompts
   * @param scorer scorer to use
   * @return percent or a distance; NaN if the evaluation has no scenes of the kind
   */
  public double made(EvaluationResult result, Language language, ScorerKind scorer) {
    return value(result, language, scorer, figure -> figure.made().percent(), Judged::frechet);
  }

  /**
   * Returns the value of real images of the same scenes.
   *
   * @param result result of the evaluation
   * @param scorer scorer to use
   * @return percent, or the distance of real images of other scenes; NaN if the evaluation has no
   *     scenes of the kind
   */
  public double real(EvaluationResult result, ScorerKind scorer) {
    return value(
        result, Language.ENGLISH, scorer, figure -> figure.real().percent(), Judged::floor);
  }

  private double value(
      EvaluationResult result,
      Language language,
      ScorerKind scorer,
      ToDoubleFunction<Compared> share,
      ToDoubleFunction<Judged> distance) {
    for (Row row : result.rows()) {
      Judged judged = row.scorers().get(scorer);
      if (row.kind() == kind && row.language() == language && judged != null) {
        if (this == FRECHET) {
          return distance.applyAsDouble(judged);
        }
        Compared figure = this == BACKGROUND ? row.background() : judged.figures().get(label);
        return figure == null ? Double.NaN : share.applyAsDouble(figure);
      }
    }
    return Double.NaN;
  }
}
