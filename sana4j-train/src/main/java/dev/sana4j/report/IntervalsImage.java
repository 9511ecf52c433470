package dev.sana4j.report;

import dev.sana4j.image.RgbImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** A chart of figures with error bars: one panel per figure, one line per candidate. */
public final class IntervalsImage {
  private static final int WIDTH = 900;
  private static final int NAMES = 330;
  private static final int LINE = 30;
  private static final int TITLE = 44;
  private static final int AXIS = 36;
  private static final int MARGIN = 24;
  private static final int DOT = 9;
  private static final int CAP = 6;
  private static final int LONGEST = 40;
  private static final double ROOM = 0.1;
  private static final Color BLUE = new Color(0x1F77B4);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 15);
  private static final Font BOLD = FONT.deriveFont(Font.BOLD);
  private static final MathContext DIGITS = new MathContext(4);

  private IntervalsImage() {}

  /**
   * A figure of one candidate.
   *
   * @param name the candidate
   * @param value finite
   * @param low lower end of the error bar
   * @param high upper end of the error bar
   */
  public record Bar(String name, double value, double low, double high) {}

  /**
   * A figure of all candidates.
   *
   * @param title above the panel
   * @param bars at least one
   */
  public record Panel(String title, List<Bar> bars) {}

  /**
   * Draws the panels, one below the other.
   *
   * @param panels at least one
   * @return the image
   * @throws ReportException if there is no panel, or nothing can be written on images because the
   *     machine has no fonts
   */
  public static RgbImage draw(List<Panel> panels) {
    if (panels.isEmpty()) {
      throw new ReportException("there is no panel to draw");
    }
    try {
      int height = panels.stream().mapToInt(IntervalsImage::height).sum() + MARGIN;
      var canvas = new ChartCanvas(WIDTH, height);
      int top = 0;
      for (Panel panel : panels) {
        draw(canvas.graphics(), panel, top);
        top += height(panel);
      }
      return canvas.toImage();
    } catch (InternalError | LinkageError e) {
      // AWT without fonts throws InternalError at first and NoClassDefFoundError from then on.
      throw new ReportException("nothing can be drawn: " + e.getMessage(), e);
    }
  }

  private static int height(Panel panel) {
    return TITLE + panel.bars().size() * LINE + AXIS;
  }

  private static void draw(Graphics2D graphics, Panel panel, int top) {
    double low = panel.bars().stream().mapToDouble(Bar::low).min().orElse(0);
    double high = panel.bars().stream().mapToDouble(Bar::high).max().orElse(1);
    double room = Math.max(ROOM * (high - low), ROOM * ROOM * Math.max(Math.abs(high), 1));
    Scale scale = new Scale(low - room, high + room);
    graphics.setFont(BOLD);
    graphics.setColor(Color.BLACK);
    graphics.drawString(panel.title(), NAMES, top + TITLE - 16);
    graphics.setFont(FONT);
    int y = top + TITLE;
    for (Bar bar : panel.bars()) {
      draw(graphics, bar, scale, y + LINE / 2);
      y += LINE;
    }
    graphics.setColor(Color.GRAY);
    graphics.drawLine(NAMES, y, WIDTH - MARGIN, y);
    for (double end : new double[] {low, high}) {
      graphics.drawLine(scale.x(end), y, scale.x(end), y + CAP);
      graphics.drawString(number(end), scale.x(end) - MARGIN, y + MARGIN);
    }
  }

  private static void draw(Graphics2D graphics, Bar bar, Scale scale, int y) {
    graphics.setColor(Color.BLACK);
    graphics.drawString(shortened(bar.name()), MARGIN, y + CAP);
    graphics.setColor(BLUE);
    graphics.setStroke(new BasicStroke(2));
    int from = scale.x(bar.low());
    int to = scale.x(bar.high());
    graphics.drawLine(from, y, to, y);
    graphics.drawLine(from, y - CAP, from, y + CAP);
    graphics.drawLine(to, y - CAP, to, y + CAP);
    graphics.fillOval(scale.x(bar.value()) - DOT / 2, y - DOT / 2, DOT, DOT);
    graphics.setStroke(new BasicStroke(1));
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST ? name : name.substring(0, LONGEST - 3) + "...";
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }

  private record Scale(double low, double high) {
    int x(double value) {
      return (int) Math.round(NAMES + (value - low) / (high - low) * (WIDTH - MARGIN - NAMES));
    }
  }
}
