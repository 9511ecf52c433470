package dev.sana4j.measure.run;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.IoReason;
import dev.sana4j.measure.MeasureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A report to browse: {@code index.html} with the figures of all candidates, and pages with the
 * images and figures of each prompt. It needs no network and no scripts.
 */
public final class HtmlReport {
  private static final int ROWS_PER_PAGE = 200;
  private static final String STYLE =
      "body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:75rem}"
          + "table{border-collapse:collapse}th,td{padding:.3rem .8rem;text-align:right;"
          + "border-bottom:1px solid #ccc;vertical-align:top}th:first-child,td:first-child,"
          + ".text{text-align:left}img{max-width:16rem;height:auto}nav{margin:1rem 0}"
          + "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#9cf}}";

  private final Path folder;
  private final Set<Metric> metrics;

  /**
   * Creates a report.
   *
   * @param folder the output folder, with a folder of each candidate
   * @param metrics what was measured
   */
  public HtmlReport(Path folder, Set<Metric> metrics) {
    this.folder = folder;
    this.metrics = Set.copyOf(metrics);
  }

  /**
   * Writes all pages.
   *
   * @param prompts the images of every candidate
   * @param summaries the results
   * @param plot name of the image with the plots, in the folder; empty for none
   * @throws MeasureException if a page cannot be written
   */
  public void write(List<MeasuredPrompt> prompts, List<Summary> summaries, String plot) {
    StringBuilder body = new StringBuilder("<h1>Measurements</h1>\n<table>\n<tr><th>candidate");
    body.append("<th>images<th>s/image");
    ordered().forEach(metric -> body.append("<th>").append(metric.label()));
    body.append('\n');
    for (Summary summary : summaries) {
      body.append("<tr><td><a href=\"").append(link(summary.name(), 1)).append("\">");
      body.append(escaped(summary.name())).append("</a><td>").append(summary.images());
      body.append("<td>").append(number(summary.secondsPerImage()));
      ordered().forEach(metric -> body.append("<td>").append(figure(summary, metric)));
      body.append('\n');
    }
    body.append("</table>\n<p>In brackets: 95 % interval of the bootstrap.</p>\n");
    summaries.forEach(summary -> addTags(body, summary));
    if (!plot.isEmpty()) {
      body.append("<p><img style=\"max-width:100%\" src=\"").append(escaped(plot));
      body.append("\" alt=\"Figures of all candidates with their intervals\"></p>\n");
    }
    page(folder.resolve("index.html"), "Measurements", body);
    summaries.forEach(summary -> writeRows(prompts, summary));
  }

  private List<Metric> ordered() {
    return metrics.stream().sorted().toList();
  }

  private static void addTags(StringBuilder body, Summary summary) {
    if (summary.objectsByTag().isEmpty()) {
      return;
    }
    body.append("<h2>Objects: ").append(escaped(summary.name())).append("</h2>\n<table>\n");
    body.append("<tr><th>tag<th>images<th>% right\n");
    for (Map.Entry<String, Estimate> tag : summary.objectsByTag().entrySet()) {
      body.append("<tr><td>").append(escaped(tag.getKey())).append("<td>");
      body.append(tag.getValue().count()).append("<td>").append(text(tag.getValue())).append('\n');
    }
    body.append("</table>\n");
  }

  private void writeRows(List<MeasuredPrompt> prompts, Summary summary) {
    Path theirs = folder.resolve(summary.name());
    try (RowsFile file = RowsFile.open(theirs)) {
      int pages = (prompts.size() + ROWS_PER_PAGE - 1) / ROWS_PER_PAGE;
      for (int page = 1; page <= pages; page++) {
        int from = (page - 1) * ROWS_PER_PAGE;
        List<MeasuredPrompt> some =
            prompts.subList(from, Math.min(prompts.size(), from + ROWS_PER_PAGE));
        StringBuilder body = new StringBuilder("<h1>").append(escaped(summary.name()));
        body.append("</h1>\n").append(navigation(page, pages));
        body.append("<table>\n<tr><th>image<th class=text>prompt<th>seed");
        ordered().stream()
            .filter(metric -> metric != Metric.FID)
            .forEach(metric -> body.append("<th>").append(metric.label()));
        body.append('\n');
        some.forEach(prompt -> addRow(body, theirs, file.rows().get(prompt.id())));
        body.append("</table>\n").append(navigation(page, pages));
        page(theirs.resolve(name(page)), summary.name() + ", page " + page, body);
      }
    }
  }

  private void addRow(StringBuilder body, Path theirs, @Nullable Row row) {
    if (row == null) {
      return;
    }
    String image = "images/" + row.id() + ".png";
    body.append("<tr><td>");
    if (Files.exists(theirs.resolve(image))) {
      body.append("<img loading=lazy src=\"").append(escaped(image)).append("\" alt=\"\">");
    } else {
      body.append(escaped(row.id()));
    }
    body.append("<td class=text>").append(escaped(row.prompt()));
    row.problems().forEach(each -> body.append("<br><small>").append(escaped(each)));
    body.append("<td>").append(row.seed());
    ordered().stream()
        .filter(metric -> metric != Metric.FID)
        .forEach(metric -> body.append("<td>").append(number(row.values().get(metric.key()))));
    body.append('\n');
  }

  private static String navigation(int page, int pages) {
    StringBuilder links = new StringBuilder("<nav><a href=\"../index.html\">All candidates</a>");
    if (page > 1) {
      links.append(" | <a href=\"").append(name(page - 1)).append("\">Previous page</a>");
    }
    if (page < pages) {
      links.append(" | <a href=\"").append(name(page + 1)).append("\">Next page</a>");
    }
    return links
        .append(" | page ")
        .append(page)
        .append(" of ")
        .append(pages)
        .append("</nav>\n")
        .toString();
  }

  private static String name(int page) {
    return "page-%04d.html".formatted(page);
  }

  private static String link(String candidate, int page) {
    return escaped(candidate + "/" + name(page));
  }

  private static String figure(Summary summary, Metric metric) {
    Estimate figure = summary.figures().get(metric);
    return figure == null ? "" : text(figure);
  }

  /**
   * Formats a figure and its interval.
   *
   * @param figure the figure
   * @return for example {@code 27.91 [27.80, 28.02]}
   */
  public static String text(Estimate figure) {
    if (figure.low() == figure.value() && figure.high() == figure.value()) {
      return number(figure.value());
    }
    return "%s [%s, %s]"
        .formatted(number(figure.value()), number(figure.low()), number(figure.high()));
  }

  private static String number(@Nullable Double value) {
    if (value == null || !Double.isFinite(value)) {
      return "-";
    }
    return String.format(Locale.ROOT, Math.abs(value) < 2 ? "%.3f" : "%.2f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static void page(Path file, String title, StringBuilder body) {
    String page =
        "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport"
            + " content=\"width=device-width\"><title>"
            + escaped(title)
            + "</title><style>"
            + STYLE
            + "</style>\n<body>\n"
            + body
            + "</body></html>\n";
    try {
      AtomicFile.write(
          file, AtomicFile.Mode.REPLACE, out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new MeasureException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }
}
