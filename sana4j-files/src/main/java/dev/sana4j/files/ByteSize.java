package dev.sana4j.files;

import java.util.Locale;

/**
 * A number of bytes, printed in a readable unit.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

  /** Returns the size in decimal units, for example {@code 3.2 GB}. */
  @Override
  public String toString() {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
