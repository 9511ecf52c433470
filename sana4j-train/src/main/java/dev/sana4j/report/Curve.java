package dev.sana4j.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A metric over the steps, in bounded memory: when there are many values, neighbours are averaged.
 */
final class Curve {
  private static final int MAX_POINTS = 1024;

  /** Share of the points over which the smoothed line averages. */
  private static final double SMOOTHING = 0.03;

  private List<Point> points = new ArrayList<>();
  private int stride = 1;
  private long latest = -1;
  private double sum;
  private int finite;
  private int count;

  /** A step and the mean of the values up to it, NaN where none was finite. */
  record Point(long step, double value) {}

  void add(long step, double value) {
    latest = step;
    count++;
    if (Double.isFinite(value)) {
      sum += value;
      finite++;
    }
    if (count == stride) {
      points.add(pending());
      sum = 0;
      finite = 0;
      count = 0;
      if (points.size() == MAX_POINTS) {
        halve();
      }
    }
  }

  /** Returns the points in the order of their steps. */
  List<Point> points() {
    List<Point> all = new ArrayList<>(points);
    if (count > 0) {
      all.add(pending());
    }
    return all;
  }

  /** Returns the points as a moving mean, weighted to the recent ones; NaN is ignored. */
  static List<Point> smoothed(List<Point> points) {
    double keep = 1 - 1 / Math.max(1, points.size() * SMOOTHING);
    List<Point> smooth = new ArrayList<>();
    double mean = 0;
    double weight = 0;
    for (Point point : points) {
      if (Double.isFinite(point.value())) {
        mean = keep * mean + (1 - keep) * point.value();
        weight = keep * weight + (1 - keep);
      }
      smooth.add(new Point(point.step(), weight > 0 ? mean / weight : Double.NaN));
    }
    return smooth;
  }

  /** Returns whether the values go up and down rather than along a line. */
  static boolean noisy(List<Point> points) {
    int turns = 0;
    for (int i = 2; i < points.size(); i++) {
      double before = points.get(i - 1).value() - points.get(i - 2).value();
      double after = points.get(i).value() - points.get(i - 1).value();
      if (before * after < 0) {
        turns++;
      }
    }
    return turns > points.size() / 5;
  }

  private Point pending() {
    return new Point(latest, finite > 0 ? sum / finite : Double.NaN);
  }

  private void halve() {
    List<Point> merged = new ArrayList<>();
    for (int i = 0; i < points.size(); i += 2) {
      double first = points.get(i).value();
      double second = points.get(i + 1).value();
      double mean =
          Double.isNaN(first) ? second : Double.isNaN(second) ? first : first / 2 + second / 2;
      merged.add(new Point(points.get(i + 1).step(), mean));
    }
    points = merged;
    stride *= 2;
  }
}
