package dev.sana4j.report;

import dev.sana4j.image.RgbImage;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;

/** Images in a grid with their captions below: the samples of a training at a glance. */
public final class ContactSheet {
  private static final int MAX_IMAGES = 400;
  private static final int MAX_SIDE = 8192;
  private static final int MIN_CELL = 96;
  private static final int GAP = 8;
  private static final int FONT_SIZE = 13;
  private static final int LINE_HEIGHT = 17;
  private static final int CAPTION_LINES = 3;
  private static final int MAX_CAPTION = 300;

  private final List<RgbImage> images;
  private final List<String> captions;
  private final int columns;
  private final double scale;
  private final int cellWidth;
  private final int imageHeight;

  private ContactSheet(List<RgbImage> images, List<String> captions) {
    this.images = images;
    this.captions = captions;
    this.columns = (int) Math.ceil(Math.sqrt(images.size()));
    int width = images.stream().mapToInt(RgbImage::width).max().orElse(1);
    int height = images.stream().mapToInt(RgbImage::height).max().orElse(1);
    double room = (double) MAX_SIDE / columns - GAP;
    this.scale =
        Math.min(1, Math.min(room / width, (room - CAPTION_LINES * LINE_HEIGHT - GAP) / height));
    this.cellWidth = Math.max(MIN_CELL, (int) (width * scale));
    this.imageHeight = Math.max(1, (int) (height * scale));
  }

  /**
   * Lays out images row by row in a grid about as wide as high.
   *
   * <p>Images may differ in size. All are scaled by the same factor if a side of the sheet would
   * exceed {@value #MAX_SIDE} pixels. Captions take up to three lines; characters without a font
   * appear as boxes, and on a machine without fonts captions are omitted.
   *
   * @param images 1 to {@value #MAX_IMAGES}
   * @param captions one for each image, may be empty texts
   * @return the sheet
   * @throws ReportException if the numbers do not fit
   */
  public static RgbImage of(List<RgbImage> images, List<String> captions) {
    if (images.isEmpty() || images.size() > MAX_IMAGES || images.size() != captions.size()) {
      throw new ReportException(
          "a sheet needs 1 to %d images with a caption each, but got %d images and %d captions"
              .formatted(MAX_IMAGES, images.size(), captions.size()));
    }
    return new ContactSheet(List.copyOf(images), List.copyOf(captions)).draw();
  }

  private RgbImage draw() {
    int rows = (images.size() + columns - 1) / columns;
    var canvas =
        new ChartCanvas(columns * (cellWidth + GAP) + GAP, rows * (cellHeight() + GAP) + GAP);
    Graphics2D graphics = canvas.graphics();
    for (int i = 0; i < images.size(); i++) {
      int x = GAP + i % columns * (cellWidth + GAP);
      int y = GAP + i / columns * (cellHeight() + GAP);
      drawImage(graphics, images.get(i), x, y);
    }
    drawCaptions(graphics);
    return canvas.toImage();
  }

  private int cellHeight() {
    return imageHeight + GAP + CAPTION_LINES * LINE_HEIGHT;
  }

  private void drawImage(Graphics2D graphics, RgbImage image, int x, int y) {
    int width = Math.max(1, (int) (image.width() * scale));
    int height = Math.max(1, (int) (image.height() * scale));
    graphics.drawImage(
        image.toBufferedImage(),
        x + (cellWidth - width) / 2,
        y + (imageHeight - height) / 2,
        width,
        height,
        null);
  }

  private void drawCaptions(Graphics2D graphics) {
    try {
      graphics.setColor(Color.BLACK);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
      FontMetrics metrics = graphics.getFontMetrics();
      for (int i = 0; i < captions.size(); i++) {
        int x = GAP + i % columns * (cellWidth + GAP);
        int y = GAP + i / columns * (cellHeight() + GAP) + imageHeight + GAP / 2;
        for (String line : lines(captions.get(i), metrics)) {
          y += LINE_HEIGHT;
          graphics.drawString(line, x, y - metrics.getDescent());
        }
      }
    } catch (InternalError | LinkageError | RuntimeException e) {
      // AWT without any font throws one of these; a sheet without captions is better than none.
      return;
    }
  }

  /** Breaks a caption at spaces, or anywhere in a word that is too long, as Chinese ones are. */
  private List<String> lines(String caption, FontMetrics metrics) {
    String text = caption.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    int[] points = text.codePoints().limit(MAX_CAPTION).toArray();
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < points.length && lines.size() < CAPTION_LINES) {
      int end = start + 1;
      while (end < points.length && fits(points, start, end + 1, metrics)) {
        end++;
      }
      int broken = end < points.length ? lastSpace(points, start, end) : end;
      boolean cut = lines.size() == CAPTION_LINES - 1 && end < points.length;
      String line = new String(points, start, (cut ? end - 1 : broken) - start).strip();
      lines.add(cut ? line + "\u2026" : line);
      start = broken;
    }
    return lines;
  }

  private boolean fits(int[] points, int start, int end, FontMetrics metrics) {
    return metrics.stringWidth(new String(points, start, end - start)) <= cellWidth;
  }

  private static int lastSpace(int[] points, int start, int end) {
    for (int i = end; i > start; i--) {
      if (points[i] == ' ') {
        return i;
      }
    }
    return end;
  }
}
