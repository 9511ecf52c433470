package dev.sana4j.measure.run;

import java.util.Locale;

/** What is measured. */
public enum Metric {
  /** The CLIP score of prompt and image. */
  CLIP("CLIP", true),
  /** The Frechet distance between the images and reference images. */
  FID("FID", false),
  /** The peak signal-to-noise ratio of each image and the reference of the same name, in dB. */
  PSNR("PSNR", true),
  /** The structural similarity of each image and the reference of the same name. */
  SSIM("SSIM", true),
  /** The share of images in which all objects are right, in percent. */
  OBJECTS("objects", true);

  private final String label;
  private final boolean isHigherBetter;

  Metric(String label, boolean isHigherBetter) {
    this.label = label;
    this.isHigherBetter = isHigherBetter;
  }

  /**
   * Returns the name for tables.
   *
   * @return for example {@code CLIP}
   */
  public String label() {
    return label;
  }

  /**
   * Returns the name for files and options.
   *
   * @return for example {@code clip}
   */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns whether higher values are better.
   *
   * @return false for distances
   */
  public boolean isHigherBetter() {
    return isHigherBetter;
  }

  /**
   * Returns whether each image is compared with a reference image of the same name.
   *
   * @return true for PSNR and SSIM
   */
  public boolean isPaired() {
    return this == PSNR || this == SSIM;
  }
}
