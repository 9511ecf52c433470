package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Images of one bucket, loaded to be encoded together. */
final class Piece {
  private final ImageSize size;
  private final int taken;
  private final List<Integer> samples = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private final float[] pixels;

  private Piece(ImageSize size, int taken, float[] pixels) {
    this.size = size;
    this.taken = taken;
    this.pixels = pixels;
  }

  static Piece load(DataSet data, ImageSize size, int[] samples) {
    var piece = new Piece(size, samples.length, PixelLoader.room(samples.length, size));
    var loader = new PixelLoader(data);
    for (int sample : samples) {
      if (loader.load(sample, size, false, piece.pixels, piece.samples.size())) {
        piece.samples.add(sample);
      } else {
        piece.broken.add(data.key(sample));
      }
    }
    return piece;
  }

  ImageSize size() {
    return size;
  }

  /** The number of requested images. */
  int taken() {
    return taken;
  }

  /** The images that could be read. */
  List<Integer> samples() {
    return samples;
  }

  List<String> broken() {
    return broken;
  }

  /** Pixels of the readable images, (count, 3, H, W). */
  float[] pixels() {
    return broken.isEmpty()
        ? pixels
        : Arrays.copyOf(pixels, samples.size() * PixelLoader.image(size));
  }
}
