package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.ComparedFigure;
import dev.sana4j.emoji.evaluate.ComparisonResult;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.evaluate.EvaluationResult;
import dev.sana4j.emoji.evaluate.Language;
import dev.sana4j.emoji.evaluate.ScorerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Formats the result of a comparison as a table: one line per candidate and language. */
final class ComparisonTable {
  private static final String ABSENT = "-";
  private static final String BOTH = " / ";

  /** Headings of the columns before the figures. */
  private static final List<String> HEADING =
      List.of("model", "steps", "guidance", "language", "s/image");

  private ComparisonTable() {}

  static List<String> lines(ComparisonResult comparison) {
    EvaluationResult first = comparison.entries().get(0).result();
    Prompts prompts = first.options().prompts();
    List<String> lines = new ArrayList<>();
    lines.add(EvaluationTable.asked(prompts) + ", seed " + prompts.seed());
    lines.add("");
    lines.addAll(aligned(cells(comparison)));
    lines.add("");
    lines.add("each figure: colour scorer / grey scorer; real: drawn images");
    double seconds =
        comparison.entries().stream().mapToDouble(entry -> entry.result().seconds()).sum();
    lines.add(EvaluationTable.time(seconds, first.scorers()));
    return lines;
  }

  private static List<List<String>> cells(ComparisonResult comparison) {
    List<List<String>> cells = new ArrayList<>();
    List<String> heading = new ArrayList<>(HEADING);
    for (ComparedFigure figure : ComparedFigure.values()) {
      heading.add(figure.label());
    }
    cells.add(heading);
    for (ComparisonResult.Entry entry : comparison.entries()) {
      for (Language language : Language.values()) {
        cells.add(cells(entry, language));
      }
    }
    EvaluationResult first = comparison.entries().get(0).result();
    List<String> real = new ArrayList<>(List.of("real", ABSENT, ABSENT, ABSENT, ABSENT));
    for (ComparedFigure figure : ComparedFigure.values()) {
      real.add(cell(figure, scorer -> figure.real(first, scorer)));
    }
    cells.add(real);
    return cells;
  }

  private static List<String> cells(ComparisonResult.Entry entry, Language language) {
    EvaluationResult result = entry.result();
    List<String> cells = new ArrayList<>();
    cells.add(entry.candidate().label());
    cells.add(String.valueOf(result.steps()));
    cells.add(Candidates.number(result.guidance()));
    cells.add(language.code());
    cells.add(String.format(Locale.ROOT, "%.3f", result.secondsPerImage(language)));
    for (ComparedFigure figure : ComparedFigure.values()) {
      cells.add(cell(figure, scorer -> figure.made(result, language, scorer)));
    }
    return cells;
  }

  /**
   * Formats the values of both scorers; backgrounds have one value, since no scorer classifies
   * them.
   */
  private static String cell(ComparedFigure figure, ToDoubleFunction<ScorerKind> value) {
    String colour = number(figure, value.applyAsDouble(ScorerKind.COLOUR));
    if (colour.equals(ABSENT) || figure == ComparedFigure.BACKGROUND) {
      return colour;
    }
    return colour + BOTH + number(figure, value.applyAsDouble(ScorerKind.GREY));
  }

  private static String number(ComparedFigure figure, double value) {
    if (Double.isNaN(value)) {
      return ABSENT;
    }
    return String.format(Locale.ROOT, figure == ComparedFigure.FRECHET ? "%.2f" : "%.1f", value);
  }

  /** Aligns the first column to the left and the others to the right. */
  static List<String> aligned(List<List<String>> cells) {
    List<String> lines = new ArrayList<>();
    for (List<String> row : cells) {
      var line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = cells.stream().mapToInt(other -> other.get(column).length()).max().orElse(1);
        String room = " ".repeat(width - row.get(i).length());
        line.append(i == 0 ? row.get(i) + room : "  " + room + row.get(i));
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
