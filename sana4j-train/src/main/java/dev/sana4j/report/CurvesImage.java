package dev.sana4j.report;

import dev.sana4j.image.RgbImage;
import dev.sana4j.report.Curve.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The curves of a training as one image, one panel per metric. Metrics with the same name before
 * the slash share a panel. Noisy curves are drawn pale, below their moving mean.
 */
final class CurvesImage {
  private static final int WIDTH = 1000;
  private static final int PANEL_HEIGHT = 280;
  private static final int MAX_PANELS = 12;
  private static final int PALE = 80; // of 255

  /** From this ratio of the largest to the smallest value the axis can be logarithmic. */
  private static final double LOG_RATIO = 50;

  /** XChart's axes overflow near the ends of the range of doubles. */
  private static final double DRAWABLE = 1e100;

  private static final Color[] COLORS = {
    new Color(0x1F77B4), new Color(0xFF7F0E), new Color(0x2CA02C), new Color(0xD62728),
    new Color(0x9467BD), new Color(0x8C564B), new Color(0xE377C2), new Color(0x17BECF)
  };

  private CurvesImage() {}

  /** Draws the curves, or an empty panel if there is nothing to draw. */
  static RgbImage draw(Map<String, Curve> curves) {
    Map<String, XYChart> panels = new LinkedHashMap<>();
    curves.forEach(
        (name, curve) -> {
          List<Point> points = drawable(curve.points());
          String panel = name.replaceFirst("/.*", "");
          boolean room = panels.containsKey(panel) || panels.size() < MAX_PANELS;
          if (room && points.stream().anyMatch(point -> Double.isFinite(point.value()))) {
            addCurve(panels.computeIfAbsent(panel, CurvesImage::panel), name, points);
          }
        });
    return stack(new ArrayList<>(panels.values()));
  }

  private static List<Point> drawable(List<Point> points) {
    return points.stream()
        .map(p -> Math.abs(p.value()) < DRAWABLE ? p : new Point(p.step(), Double.NaN))
        .toList();
  }

  private static XYChart panel(String title) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(PANEL_HEIGHT)
            .title(title)
            .theme(ChartTheme.Matlab)
            .build();
    chart.getStyler().setAxisTitlesVisible(false).setXAxisMin(0.0);
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    chart
        .getStyler()
        .setYAxisTickLabelsFormattingFunction(value -> String.format(Locale.ROOT, "%.3g", value));
    return chart;
  }

  private static void addCurve(XYChart chart, String name, List<Point> points) {
    long drawn = chart.getSeriesCollection().stream().filter(XYSeries::isShowInLegend).count();
    Color color = COLORS[(int) drawn % COLORS.length];
    boolean noisy = Curve.noisy(points);
    if (noisy) {
      Color pale = new Color(color.getRed(), color.getGreen(), color.getBlue(), PALE);
      addLine(chart, name + " (raw)", points, pale, 1f).setShowInLegend(false);
    }
    addLine(chart, name, noisy ? Curve.smoothed(points) : points, color, 2f);
    chart.getStyler().setLegendVisible(drawn > 0);
  }

  private static XYSeries addLine(
      XYChart chart, String name, List<Point> points, Color color, float width) {
    double[] steps = points.stream().mapToDouble(Point::step).toArray();
    double[] values = points.stream().mapToDouble(Point::value).toArray();
    XYSeries line = chart.addSeries(name, steps, values);
    line.setMarker(points.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    line.setMarkerColor(color);
    line.setLineColor(color);
    line.setLineStyle(new BasicStroke(width));
    return line;
  }

  /**
   * Returns whether a logarithmic axis shows more: for noisy positive values of several magnitudes.
   */
  private static boolean logarithmic(XYChart chart) {
    DoubleSummaryStatistics range =
        chart.getSeriesCollection().stream()
            .flatMapToDouble(line -> Arrays.stream(line.getYData()))
            .filter(Double::isFinite)
            .summaryStatistics();
    boolean noisy = chart.getSeriesCollection().stream().anyMatch(line -> !line.isShowInLegend());
    return noisy && range.getMin() > 0 && range.getMax() / range.getMin() >= LOG_RATIO;
  }

  private static RgbImage stack(List<XYChart> panels) {
    var canvas = new ChartCanvas(WIDTH, PANEL_HEIGHT * Math.max(1, panels.size()));
    for (int i = 0; i < panels.size(); i++) {
      panels.get(i).getStyler().setYAxisLogarithmic(logarithmic(panels.get(i)));
      BufferedImage panel = BitmapEncoder.getBufferedImage(panels.get(i));
      canvas.graphics().drawImage(panel, 0, i * PANEL_HEIGHT, null);
    }
    return canvas.toImage();
  }
}
