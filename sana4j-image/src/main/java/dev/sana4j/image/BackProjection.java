package dev.sana4j.image;

/**
 * Makes a larger version of an image agree with it: what the large one shows, scaled down, is moved
 * to what the image shows, and its details stay.
 *
 * <p>One step of M. Irani, S. Peleg (1991), "Improving resolution by image registration".
 */
public final class BackProjection {
  private BackProjection() {}

  /**
   * Corrects a larger image.
   *
   * @param large of any size
   * @param image what it shows, with the same proportions and smaller
   * @return {@code large}, plus what is missing of {@code image} when it is scaled down, scaled up
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
