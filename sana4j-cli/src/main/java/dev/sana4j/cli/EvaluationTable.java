package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.AutoencoderQuality;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.evaluate.EvaluationResult;
import dev.sana4j.emoji.evaluate.EvaluationResult.Compared;
import dev.sana4j.emoji.evaluate.EvaluationResult.Judged;
import dev.sana4j.emoji.evaluate.EvaluationResult.Row;
import dev.sana4j.emoji.evaluate.EvaluationResult.ScorerSummary;
import dev.sana4j.emoji.evaluate.ScorerKind;
import dev.sana4j.emoji.evaluate.WordOrder;
import dev.sana4j.emoji.scene.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Formats the results of an evaluation as lines of text. */
final class EvaluationTable {
  private static final List<String> FIGURES =
      List.of("object", "color", "both", "ordered", "count", "style", "background", "all");

  private static final List<String> RELATIONS =
      Arrays.stream(Relation.values()).map(Relation::english).toList();

  private static final String COUNT_OF = "count of ";

  private EvaluationTable() {}

  static List<String> lines(EvaluationResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(title(result));
    lines.add("");
    lines.add(heading());
    lines.add(subheading());
    for (Row row : result.rows()) {
      row.scorers().forEach((scorer, judged) -> lines.add(line(row, scorer, judged)));
    }
    lines.add("");
    lines.addAll(details(result.rows()));
    if (result.wordOrder() != null) {
      lines.add(wordOrder(result.wordOrder()));
    }
    lines.add(autoencoder(result.autoencoder()));
    lines.add(time(result.seconds(), result.scorers()));
    return lines;
  }

  /** Returns a line with the duration of the evaluation and of the scorers' training. */
  static String time(double seconds, ScorerSummary scorers) {
    return String.format(
        Locale.ROOT,
        "%.0f s; scorers %s %.0f s",
        seconds,
        scorers.reused() ? "reused, trained in" : "trained in",
        scorers.seconds());
  }

  private static String title(EvaluationResult result) {
    Prompts prompts = result.options().prompts();
    return String.format(
        Locale.ROOT,
        "%s: %s, %d steps, guidance %s, seed %d",
        Sana.oneLine(result.model()),
        asked(prompts),
        result.steps(),
        result.guidance(),
        prompts.seed());
  }

  /** Describes the prompts. */
  static String asked(Prompts prompts) {
    return prompts.file() == null
        ? "%d objects, split %s, %d prompts per row"
            .formatted(
                prompts.objects(), prompts.split().name().toLowerCase(Locale.ROOT), prompts.each())
        : "%d objects, prompts of %s"
            .formatted(prompts.objects(), Sana.oneLine(prompts.file().path().toString()));
  }

  private static String heading() {
    var line = new StringBuilder("%-10s %-6s".formatted("row", "scorer"));
    FIGURES.forEach(name -> line.append("   %-11s".formatted(name)));
    return line.append("   Frechet").toString();
  }

  private static String subheading() {
    return " ".repeat(17) + "    made  real".repeat(FIGURES.size()) + "      made    real";
  }

  private static String line(Row row, ScorerKind scorer, Judged judged) {
    var line = new StringBuilder("%-10s %-6s".formatted(row.name(), scorer.label()));
    for (String name : FIGURES) {
      Compared figure = name.equals("background") ? row.background() : judged.figures().get(name);
      line.append(figure(figure));
    }
    return line.append(
            String.format(Locale.ROOT, "   %7.2f %7.2f", judged.frechet(), judged.floor()))
        .toString();
  }

  private static String figure(@Nullable Compared figure) {
    return figure == null
        ? "       -     -"
        : String.format(
            Locale.ROOT, "   %5.1f %5.1f", figure.made().percent(), figure.real().percent());
  }

  /** Returns separate lines for each count and each relation. */
  private static List<String> details(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      for (Map.Entry<ScorerKind, Judged> scorer : row.scorers().entrySet()) {
        var line = new StringBuilder();
        scorer.getValue().figures().forEach((name, figure) -> line.append(detail(name, figure)));
        if (!line.isEmpty()) {
          lines.add("%-10s %-6s right".formatted(row.name(), scorer.getKey().label()) + line);
        }
      }
    }
    if (!lines.isEmpty()) {
      lines.add("");
    }
    return lines;
  }

  /** Formats the figure of a count or a relation; other figures are columns of the table. */
  private static String detail(String name, Compared figure) {
    String shown =
        name.startsWith(COUNT_OF)
            ? name.substring(COUNT_OF.length())
            : RELATIONS.contains(name) ? name : "";
    return shown.isEmpty() ? "" : "   " + shown + ":" + figure(figure);
  }

  private static String wordOrder(WordOrder order) {
    return String.format(
        Locale.ROOT,
        "word order: cosine %.3f of the words of %d captions and of their swapped ones (1: the"
            + " order is not encoded)",
        order.cosine(),
        order.captions());
  }

  static String autoencoder(AutoencoderQuality quality) {
    return String.format(
        Locale.ROOT,
        "autoencoder: PSNR %.2f dB (of the mean error %.2f dB), SSIM %.4f, %d real scenes, %s",
        quality.psnr(),
        quality.psnrOfMean(),
        quality.ssim(),
        quality.images(),
        quality.dtype());
  }
}
