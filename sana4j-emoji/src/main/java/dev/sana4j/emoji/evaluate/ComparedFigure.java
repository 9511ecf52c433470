package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.evaluate.EvaluationResult.Compared;
import dev.sana4j.emoji.evaluate.EvaluationResult.Judged;
import dev.sana4j.emoji.evaluate.EvaluationResult.Row;
import dev.sana4j.emoji.scene.Scene;
import java.util.function.ToDoubleFunction;

/** The figures of a comparison, each of one kind of scenes. */
public enum ComparedFigure {
  /** Single objects that are right, in percent. */
  OBJECT("object", Scene.Kind.SINGLE),
  /** Pairs with both objects, in percent. */
  BOTH("both", Scene.Kind.PAIR),
  /** Pairs with each object on its side, in percent. */
  ORDERED("ordered", Scene.Kind.PAIR),
  /** Counts that are right, in percent. */
  COUNT("count", Scene.Kind.COUNT),
  /** Styles of single objects that are right, in percent. */
  STYLE("style", Scene.Kind.SINGLE),
  /**
   * Backgrounds of single objects that are right, in percent; computed from pixels, not by a
   * scorer.
   */
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
   * Returns the figure of a model's images.
   *
   * @param result the result
   * @param language of the prompts
   * @param scorer which scorer
   * @return percent or a distance; NaN if the evaluation has no scenes of the kind
   */
  public double made(EvaluationResult result, Language language, ScorerKind scorer) {
    return value(result, language, scorer, figure -> figure.made().percent(), Judged::frechet);
  }

  /**
   * Returns the figure of real images of the same scenes.
   *
   * @param result the result
   * @param scorer which scorer
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
