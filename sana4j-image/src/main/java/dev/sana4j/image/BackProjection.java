package dev.sana4j.image;

/**
 * Corrects an enlarged image so that it matches the original when scaled down. Fine details of the
 * enlarged image stay.
 *
 * <p>This is one step of M. Irani, S. Peleg (1991), "Improving resolution by image registration".
 */
public final class BackProjection {
  private BackProjection() {}

  /**
   * Corrects an enlarged image. Adds the difference between the original and the scaled-down
   * enlarged image, scaled up again.
   *
   * @param large the enlarged image
   * @param image the original, smaller and with the same proportions
   * @return the corrected image, of the size of {@code large}
   */
  public static RgbImage apply(RgbImage large, RgbImage image) {
    ImageSize size = large.size();
    byte[] wanted = CoverResize.apply(image, size).shared();
    byte[] shown = CoverResize.apply(CoverResize.apply(large, image.size()), size).shared();
    byte[] details = large.shared();
    byte[] out = new byte[details.length];
    for (int i = 0; i < out.length; i++) {
      int value = (details[i] & 0xFF) + (wanted[i] & 0xFF) - (shown[i] & 0xFF);
      out[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return RgbImage.owning(size, out);
  }
}
