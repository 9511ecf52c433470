package dev.sana4j.report;

import dev.sana4j.image.RgbImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Gains over costs: a grid of panels with the same logarithmic cost axis and one legend. */
public final class TradeOffImage {
  private static final int COLUMNS = 3;
  private static final int WIDTH = 520;
  private static final int HEIGHT = 380;
  private static final int LEGEND_LINE = 28;
  private static final int LEGEND_STROKE = 36;
  private static final int GAP = 12;
  private static final int MARKER = 10;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 15);
  private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  /** An axis is short if the ratio of its end to its start is below this. */
  private static final double SHORT = 4;

  /**
   * Margin around the first and last point, as a factor of the costs; it contains at least one
   * tick.
   */
  private static final double MARGIN = 1.45;

  /** Room below and above, in parts of the range. */
  private static final double ROOM = 0.12;

  /** Room where all gains are about the same, in parts of the largest. */
  private static final double LEAST_ROOM = 0.02;

  private static final MathContext DIGITS = new MathContext(4);

  /** Distance of labels above their points, or below for every other line. */
  private static final double LIFT = 0.05;

  private static final Color[] COLORS = {
    new Color(0x1F77B4), new Color(0xFF7F0E), new Color(0x2CA02C), new Color(0xD62728),
    new Color(0x9467BD), new Color(0x8C564B), new Color(0xE377C2), new Color(0x17BECF)
  };

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP
  };

  private final List<Panel> panels;
  private final String costs;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final double cheapest;
  private final double dearest;

  private TradeOffImage(List<Panel> panels, String costs) {
    this.panels = panels;
    this.costs = costs;
    for (Panel panel : panels) {
      panel.lines().forEach(line -> numbers.putIfAbsent(line.name(), numbers.size()));
    }
    cheapest = points().min().orElse(1) / MARGIN;
    dearest = points().max().orElse(1) * MARGIN;
  }

  private DoubleStream points() {
    return panels.stream()
        .flatMap(panel -> panel.lines().stream())
        .flatMap(line -> line.points().stream())
        .mapToDouble(Point::cost);
  }

  /**
   * One measurement.
   *
   * @param cost above 0
   * @param gain finite
   * @param label next to the point; may be empty
   */
  public record Point(double cost, double gain, String label) {}

  /**
   * Measurements that belong together.
   *
   * @param name for the legend; lines of the same name look alike in all panels
   * @param points at least one, in the order in which they are joined
   */
  public record Line(String name, List<Point> points) {}

  /**
   * A kind of gain.
   *
   * @param title above the panel
   * @param lines may be empty
   */
  public record Panel(String title, List<Line> lines) {}

  /**
   * Draws the panels, three per row.
   *
   * @param panels at least one
   * @param costs the title of the axis below each panel
   * @return the image
   * @throws ReportException if there is no panel, or nothing can be written on images because the
   *     machine has no fonts
   */
  public static RgbImage draw(List<Panel> panels, String costs) {
    if (panels.isEmpty()) {
      throw new ReportException("there is no panel to draw");
    }
    try {
      return new TradeOffImage(List.copyOf(panels), costs).draw();
    } catch (InternalError | LinkageError e) {
      // AWT without fonts throws InternalError at first and NoClassDefFoundError from then on.
      throw new ReportException("nothing can be drawn: " + e.getMessage(), e);
    }
  }

  private RgbImage draw() {
    int columns = Math.min(COLUMNS, panels.size());
    int rows = (panels.size() + columns - 1) / columns;
    int height = rows * HEIGHT;
    var canvas = new ChartCanvas(columns * WIDTH, height + numbers.size() * LEGEND_LINE + 2 * GAP);
    for (int i = 0; i < panels.size(); i++) {
      canvas
          .graphics()
          .drawImage(
              BitmapEncoder.getBufferedImage(chart(panels.get(i))),
              i % columns * WIDTH,
              i / columns * HEIGHT,
              null);
    }
    drawLegend(canvas.graphics(), height + GAP);
    return canvas.toImage();
  }

  private XYChart chart(Panel panel) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(panel.title())
            .xAxisTitle(costs)
            .theme(ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendVisible(false).setAnnotationTextFont(SMALL);
    chart.getStyler().setYAxisTitleVisible(false).setXAxisLogarithmic(true);
    chart.getStyler().setXAxisLogarithmicDecadeOnly(false);
    chart.getStyler().setXAxisMin(cheapest).setXAxisMax(dearest);
    chart
        .getStyler()
        .setXAxisTickLabelsFormattingFunction(this::cost)
        .setYAxisTickLabelsFormattingFunction(TradeOffImage::number);
    double[] range = range(panel);
    chart.getStyler().setYAxisMin(range[0]).setYAxisMax(range[1]);
    for (Line line : panel.lines()) {
      addLine(chart, line, LIFT * (range[1] - range[0]));
    }
    return chart;
  }

  /** Of a long axis 1, 2 and 5 of each decade; the others would touch. */
  private String cost(double value) {
    String text = number(value);
    boolean isRound = List.of("1", "2", "5").contains(text.replaceAll("[0.]", ""));
    return isRound || dearest / cheapest < SHORT ? text : "";
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }

  private static double[] range(Panel panel) {
    List<Double> gains = new ArrayList<>();
    panel.lines().forEach(line -> line.points().forEach(point -> gains.add(point.gain())));
    double least = gains.stream().mapToDouble(gain -> gain).min().orElse(0);
    double most = gains.stream().mapToDouble(gain -> gain).max().orElse(1);
    double room = Math.max(ROOM * (most - least), LEAST_ROOM * Math.max(1, Math.abs(most)));
    return new double[] {least - room, most + room};
  }

  private void addLine(XYChart chart, Line line, double lift) {
    XYSeries series =
        chart.addSeries(
            line.name(),
            line.points().stream().mapToDouble(Point::cost).toArray(),
            line.points().stream().mapToDouble(Point::gain).toArray());
    series.setLineColor(color(line.name()));
    series.setMarkerColor(color(line.name()));
    series.setLineStyle(new BasicStroke(2));
    series.setMarker(marker(line.name()));
    double above = number(line.name()) % 2 == 0 ? lift : -lift;
    for (Point point : line.points()) {
      chart.addAnnotation(
          new AnnotationText(point.label(), point.cost(), point.gain() + above, false));
    }
  }

  private int number(String line) {
    return numbers.getOrDefault(line, 0);
  }

  private Color color(String line) {
    return COLORS[number(line) % COLORS.length];
  }

  /** From the ninth line on a colour comes with another marker. */
  private Marker marker(String line) {
    int number = number(line);
    return MARKERS[(number + number / COLORS.length) % MARKERS.length];
  }

  private void drawLegend(Graphics2D graphics, int top) {
    graphics.setFont(FONT);
    FontMetrics metrics = graphics.getFontMetrics();
    int y = top;
    for (String name : numbers.keySet()) {
      int middle = y + LEGEND_LINE / 2;
      graphics.setColor(color(name));
      graphics.setStroke(new BasicStroke(2));
      graphics.drawLine(GAP, middle, GAP + LEGEND_STROKE, middle);
      marker(name).paint(graphics, GAP + LEGEND_STROKE / 2.0, middle, MARKER);
      graphics.setColor(Color.BLACK);
      int baseline = middle + (metrics.getAscent() - metrics.getDescent()) / 2;
      graphics.drawString(name, 2 * GAP + LEGEND_STROKE, baseline);
      y += LEGEND_LINE;
    }
  }
}
