package dev.sana4j.measure;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.IoReason;
import dev.sana4j.measure.FeatureStatistics.Gaussian;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Statistics as a NumPy file with the arrays {@code mu} (D) and {@code sigma} (D, D), which
 * pytorch-fid and others read and write.
 */
public final class StatisticsFile {
  private static final int MAX_WIDTH = 4096;
  private static final int MAX_HEADER = 1 << 12;
  private static final int ALIGNMENT = 64;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DTYPE = Pattern.compile("'descr':\\s*'<f([48])'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*False");
  private static final Pattern SHAPE =
      Pattern.compile("'shape':\\s*\\((\\d{1,5}),\\s*(?:(\\d{1,5}),?\\s*)?\\)");

  private StatisticsFile() {}

  /**
   * Writes a file; replaces an existing one.
   *
   * @param file the file, with the extension {@code .npz}
   * @param gaussian the statistics
   * @throws MeasureException if it cannot be written
   */
  public static void write(Path file, Gaussian gaussian) {
    int width = gaussian.mean().length;
    try {
      AtomicFile.write(
          file,
          AtomicFile.Mode.REPLACE,
          out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            put(zip, "mu.npy", "(" + width + ",)", gaussian.mean());
            put(zip, "sigma.npy", "(" + width + ", " + width + ")", gaussian.covariance());
            zip.finish();
          });
    } catch (IOException e) {
      throw new MeasureException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }

  private static void put(ZipOutputStream zip, String name, String shape, double[] values)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0); // the same statistics give the same file
    zip.putNextEntry(entry);
    String text = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
    int used = MAGIC.length + 4 + text.length() + 1;
    String header = text + " ".repeat((ALIGNMENT - used % ALIGNMENT) % ALIGNMENT) + "\n";
    zip.write(MAGIC);
    zip.write(new byte[] {1, 0, (byte) header.length(), (byte) (header.length() >> 8)});
    zip.write(header.getBytes(StandardCharsets.US_ASCII));
    writeAll(zip, values);
    zip.closeEntry();
  }

  private static void writeAll(OutputStream out, double[] values) throws IOException {
    ByteBuffer row = ByteBuffer.allocate(MAX_WIDTH * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      row.putDouble(value);
      if (!row.hasRemaining()) {
        out.write(row.array());
        row.clear();
      }
    }
    out.write(row.array(), 0, row.position());
  }

  /**
   * Reads a file.
   *
   * @param file a NumPy archive with {@code mu} and {@code sigma}
   * @return the statistics
   * @throws MeasureException if the file is missing or damaged, or contains other arrays
   */
  public static Gaussian read(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      double[] mean = read(file, zip, "mu", 1);
      double[] covariance = read(file, zip, "sigma", mean.length);
      return new Gaussian(mean, covariance);
    } catch (ZipException e) {
      throw new MeasureException(file + " is not a NumPy archive (.npz)", e);
    } catch (IOException e) {
      throw new MeasureException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Reads {@code mu} of any length, or {@code sigma} with a number of rows. */
  private static double[] read(Path file, ZipFile zip, String name, int rows) throws IOException {
    ZipEntry entry = zip.getEntry(name + ".npy");
    if (entry == null) {
      throw new MeasureException(file + " contains no array " + name + "; expected mu and sigma");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      String header = header(in);
      Matcher dtype = DTYPE.matcher(header);
      Matcher shape = SHAPE.matcher(header);
      if (!dtype.find() || !shape.find() || !ORDER.matcher(header).find()) {
        throw new MeasureException(
            file + ": the array " + name + " is not float32 or float64 in C order");
      }
      int first = Integer.parseInt(shape.group(1));
      int second = shape.group(2) == null ? 1 : Integer.parseInt(shape.group(2));
      boolean fits = name.equals("mu") ? second == 1 : first == rows && second == rows;
      if (!fits || first < 1 || first > MAX_WIDTH) {
        throw new MeasureException(
            file + ": expected mu of shape (D,) and sigma of (D, D) with D up to " + MAX_WIDTH);
      }
      return values(file, in, first * second, Integer.parseInt(dtype.group(1)));
    }
  }

  private static String header(InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    boolean older = start.length == MAGIC.length + 2 && start[MAGIC.length] == 1;
    byte[] size = in.readNBytes(older ? 2 : 4);
    int length = 0;
    for (int i = size.length - 1; i >= 0; i--) {
      length = (length << 8) | (size[i] & 0xFF);
    }
    boolean whole = length >= 0 && length <= MAX_HEADER;
    return new String(in.readNBytes(whole ? length : 0), StandardCharsets.US_ASCII);
  }

  private static double[] values(Path file, InputStream in, int count, int bytes)
      throws IOException {
    double[] values = new double[count];
    int perRead = MAX_WIDTH;
    for (int from = 0; from < count; from += perRead) {
      int some = Math.min(perRead, count - from);
      byte[] read = in.readNBytes(some * bytes);
      if (read.length < some * bytes) {
        throw new MeasureException(file + " is cut short; is the download complete?");
      }
      ByteBuffer buffer = ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < some; i++) {
        values[from + i] = bytes == Float.BYTES ? buffer.getFloat() : buffer.getDouble();
        if (!Double.isFinite(values[from + i])) {
          throw new MeasureException(file + " contains numbers that are not finite");
        }
      }
    }
    return values;
  }
}
