package dev.sana4j.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The image sizes that a SANA model of one base resolution was trained on, by aspect ratio.
 *
 * <p>Source of the table: the public diffusers pipelines of PixArt (512 to 2048) and SANA (4096).
 */
public final class AspectRatioBins {

  private static final String RESOURCE = "aspect_ratio_bins.txt";
  private static final Map<Integer, AspectRatioBins> BY_RESOLUTION = read();

  private final List<Bin> bins = new ArrayList<>();

  private AspectRatioBins() {}

  /**
   * Returns whether there are bins for a base resolution.
   *
   * @param resolution side of the square image that the model was trained for, in pixels
   * @return true for 512, 1024, 2048 and 4096
   */
  public static boolean exists(int resolution) {
    return BY_RESOLUTION.containsKey(resolution);
  }

  /**
   * Returns the bins of a base resolution.
   *
   * @param resolution 512, 1024, 2048 or 4096
   * @return the bins
   * @throws ImageException if there are no bins for the resolution
   */
  public static AspectRatioBins of(int resolution) {
    AspectRatioBins bins = BY_RESOLUTION.get(resolution);
    if (bins == null) {
      throw new ImageException(
          "there are no aspect ratio bins for resolution "
              + resolution
              + "; expected one of "
              + BY_RESOLUTION.keySet());
    }
    return bins;
  }

  /**
   * Returns the bin with the nearest ratio of height to width.
   *
   * @param requested any size
   * @return the size of the bin; if two bins are equally near, the one with the smaller ratio
   */
  public ImageSize closest(ImageSize requested) {
    double ratio = (double) requested.height() / requested.width();
    Bin nearest = bins.get(0);
    for (Bin bin : bins) {
      if (Math.abs(bin.ratio() - ratio) < Math.abs(nearest.ratio() - ratio)) {
        nearest = bin;
      }
    }
    return nearest.size();
  }

  private static Map<Integer, AspectRatioBins> read() {
    try (InputStream in = AspectRatioBins.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new ImageException("the sana4j-image jar does not contain " + RESOURCE);
      }
      Map<Integer, AspectRatioBins> bins = new LinkedHashMap<>();
      new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> addBin(bins, line.split(" ", -1)));
      return bins;
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE, e);
    }
  }

  /** Adds a line with the columns resolution, ratio, height, width. */
  private static void addBin(Map<Integer, AspectRatioBins> bins, String[] columns) {
    var size = new ImageSize(Integer.parseInt(columns[3]), Integer.parseInt(columns[2]));
    bins.computeIfAbsent(Integer.valueOf(columns[0]), resolution -> new AspectRatioBins())
        .bins
        .add(new Bin(Double.parseDouble(columns[1]), size));
  }

  private record Bin(double ratio, ImageSize size) {}
}
