package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.ComparedFigure;
import dev.sana4j.emoji.evaluate.ComparisonResult;
import dev.sana4j.emoji.evaluate.EvaluationResult;
import dev.sana4j.emoji.evaluate.Language;
import dev.sana4j.emoji.evaluate.ScorerKind;
import dev.sana4j.image.RgbImage;
import dev.sana4j.report.TradeOffImage;
import dev.sana4j.report.TradeOffImage.Line;
import dev.sana4j.report.TradeOffImage.Panel;
import dev.sana4j.report.TradeOffImage.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Plots the quality of a model's images over the time per image: the mean of both languages, from
 * the stricter scorer, at each number of steps.
 */
final class ComparisonPlot {
  private static final List<ComparedFigure> FIGURES =
      List.of(
          ComparedFigure.OBJECT,
          ComparedFigure.BOTH,
          ComparedFigure.ORDERED,
          ComparedFigure.COUNT,
          ComparedFigure.COLOR,
          ComparedFigure.STYLE,
          ComparedFigure.FRECHET);

  private ComparisonPlot() {}

  /** Draws one panel for each figure of the comparison. */
  static RgbImage draw(ComparisonResult comparison) {
    Map<String, List<EvaluationResult>> lines = lines(comparison);
    List<Panel> panels = new ArrayList<>();
    for (ComparedFigure figure : FIGURES) {
      Panel panel = panel(figure, lines);
      if (!panel.lines().isEmpty()) {
        panels.add(panel);
      }
    }
    return TradeOffImage.draw(panels, "seconds per image; numbers are steps");
  }

  /** Returns one line per model and given guidance scale, ordered by steps. */
  private static Map<String, List<EvaluationResult>> lines(ComparisonResult comparison) {
    Map<String, List<EvaluationResult>> lines = new LinkedHashMap<>();
    for (ComparisonResult.Entry entry : comparison.entries()) {
      String guidance = Candidates.guidance(entry.candidate().sampling(), ", guidance ");
      lines
          .computeIfAbsent(entry.candidate().label() + guidance, name -> new ArrayList<>())
          .add(entry.result());
    }
    lines.values().forEach(line -> line.sort(Comparator.comparingInt(EvaluationResult::steps)));
    return lines;
  }

  private static Panel panel(ComparedFigure figure, Map<String, List<EvaluationResult>> results) {
    List<Line> lines = new ArrayList<>();
    results.forEach(
        (name, line) -> {
          List<Point> points =
              line.stream()
                  .map(result -> point(figure, result))
                  .filter(point -> Double.isFinite(point.gain()))
                  .toList();
          if (!points.isEmpty()) {
            lines.add(new Line(name, points));
          }
        });
    boolean isDistance = figure == ComparedFigure.FRECHET;
    String what = isDistance ? "Frechet distance, lower is better" : figure.label() + ", % right";
    return new Panel(what + " (grey scorer)", lines);
  }

  private static Point point(ComparedFigure figure, EvaluationResult result) {
    return new Point(
        mean(result::secondsPerImage),
        mean(language -> figure.made(result, language, ScorerKind.GREY)),
        String.valueOf(result.steps()));
  }

  private static double mean(ToDoubleFunction<Language> value) {
    return Arrays.stream(Language.values()).mapToDouble(value).average().orElse(Double.NaN);
  }
}
