package dev.sana4j.nn;

import dev.sana4j.nn.Conv2d.Geometry;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The mathematics of the layers in plain loops over one image, for comparison. */
final class PlainLoops {
  private PlainLoops() {}

  static float[] random(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** The side of a convolution's result. */
  static int outputSide(int side, Geometry g) {
    return (side + 2 * g.padding() - g.kernel()) / g.stride() + 1;
  }

  /** (in, height, width) to (out, height', width'). */
  static float[] conv2d(
      float[] input, int height, int width, Geometry g, float[] weight, float @Nullable [] bias) {
    int outHeight = outputSide(height, g);
    int outWidth = outputSide(width, g);
    float[] output = new float[g.out() * outHeight * outWidth];
    for (int channel = 0; channel < g.out(); channel++) {
      for (int y = 0; y < outHeight; y++) {
        for (int x = 0; x < outWidth; x++) {
          double sum = bias == null ? 0 : bias[channel];
          sum += window(input, height, width, g, weight, channel, y, x);
          output[(channel * outHeight + y) * outWidth + x] = (float) sum;
        }
      }
    }
    return output;
  }

  private static double window(
      float[] input, int height, int width, Geometry g, float[] weight, int channel, int y, int x) {
    int perGroup = g.in() / g.groups();
    int firstInput = channel / (g.out() / g.groups()) * perGroup;
    double sum = 0;
    for (int c = 0; c < perGroup; c++) {
      for (int ky = 0; ky < g.kernel(); ky++) {
        for (int kx = 0; kx < g.kernel(); kx++) {
          int row = y * g.stride() + ky - g.padding();
          int column = x * g.stride() + kx - g.padding();
          if (row >= 0 && row < height && column >= 0 && column < width) {
            double factor = weight[((channel * perGroup + c) * g.kernel() + ky) * g.kernel() + kx];
            sum += factor * input[((firstInput + c) * height + row) * width + column];
          }
        }
      }
    }
    return sum;
  }

  /** Each row of {@code width} values divided by its root mean square, times weight plus bias. */
  static float[] rmsNorm(float[] rows, int width, float[] weight, float[] bias, double eps) {
    float[] result = new float[rows.length];
    for (int start = 0; start < rows.length; start += width) {
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += (double) rows[start + i] * rows[start + i];
      }
      double rms = Math.sqrt(squares / width + eps);
      for (int i = 0; i < width; i++) {
        result[start + i] = (float) (rows[start + i] / rms * weight[i] + bias[i]);
      }
    }
    return result;
  }

  static float[] silu(float[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) (values[i] / (1 + Math.exp(-values[i])));
    }
    return result;
  }
}
