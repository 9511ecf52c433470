package dev.sana4j.spark;

import dev.sana4j.files.Digests;
import dev.sana4j.files.QuotedText;
import dev.sana4j.files.SanaException;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.RequestValues;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Turns the values of a row into a row of {@link RequestColumns#PARSED}; never throws. */
final class ParsedRow {
  private static final int DIGITS = 32;
  private static final int LARGEST_FACTOR = 4;
  private static final Set<String> TASKS =
      Set.of("text-to-image", "image-to-image", "inpaint", "upscale");

  private ParsedRow() {}

  /**
   * Parses a row.
   *
   * @param values by the names of {@link RequestColumns}
   * @param textual whether all values are text
   */
  static Row of(Map<String, ?> values, boolean textual) {
    RowValues row = RowValues.of(values, textual);
    try {
      return parsed(row);
    } catch (SanaException e) {
      return damaged(row.idOrNull(), e, raw(values));
    }
  }

  /** Returns the row of a line that cannot be parsed. */
  static Row damaged(@Nullable String id, SanaException problem, byte[] raw) {
    String line = QuotedText.oneLine(String.valueOf(problem.getMessage()));
    Object[] cells = new Object[RequestColumns.PARSED.size()];
    cells[0] = id;
    cells[cells.length - 2] = line;
    cells[cells.length - 1] = Digests.sha256Hex(raw).substring(0, DIGITS);
    return RowFactory.create(cells);
  }

  private static Row parsed(RowValues row) {
    RequestValues values = row.request();
    ImageSize size = values.size();
    List<String> adapters = values.adapters(RequestColumns.LORAS);
    if (adapters != null) {
      adapters.forEach(LoraChoice::parse);
    }
    Object[] cells = {
      row.id(),
      values.text(RequestColumns.PROMPT),
      values.text(RequestColumns.NEGATIVE),
      values.whole(RequestColumns.SEED),
      size == null ? null : size.width(),
      size == null ? null : size.height(),
      values.integer(RequestColumns.STEPS, Integer.MAX_VALUE),
      values.real(RequestColumns.GUIDANCE),
      adapters == null ? null : adapters.toArray(String[]::new),
      task(values),
      row.file(RequestColumns.IMAGE),
      row.bytes(RequestColumns.IMAGE),
      row.file(RequestColumns.MASK),
      row.bytes(RequestColumns.MASK),
      values.real(RequestColumns.STRENGTH),
      values.integer(RequestColumns.FACTOR, LARGEST_FACTOR),
      null,
      null,
    };
    requireContent(cells);
    cells[cells.length - 1] = digest(cells);
    return RowFactory.create(cells);
  }

  private static @Nullable String task(RequestValues values) {
    String task = values.text(RequestColumns.TASK);
    if (task != null && !TASKS.contains(task)) {
      throw new RequestException(
          "task is not text-to-image, image-to-image, inpaint or upscale: "
              + QuotedText.clip(task));
    }
    return task;
  }

  private static void requireContent(Object[] cells) {
    boolean hasImage = cells[10] != null || cells[11] != null;
    if (cells[1] == null && !hasImage) {
      throw new RequestException("the row has neither a prompt nor an input image");
    }
    boolean hasMask = cells[12] != null || cells[13] != null;
    if (hasMask && !hasImage) {
      throw new RequestException("mask needs image");
    }
    if (cells[14] != null && !hasImage) {
      throw new RequestException("strength needs image");
    }
    if (cells[9] instanceof String task) {
      if (hasImage == task.equals("text-to-image")) {
        throw new RequestException("task " + task + (hasImage ? " has no image" : " needs image"));
      }
      if (hasMask != task.equals("inpaint")) {
        throw new RequestException("task " + task + (hasMask ? " has no mask" : " needs mask"));
      }
    }
  }

  /** Returns the digest of the values except the id; tells missing values from empty ones. */
  private static String digest(@Nullable Object[] cells) {
    MessageDigest digest = Digests.sha256();
    for (int i = 1; i < cells.length; i++) {
      add(digest, cells[i]);
    }
    return Digests.hex(digest).substring(0, DIGITS);
  }

  private static void add(MessageDigest digest, @Nullable Object value) {
    if (value instanceof Object[] list) {
      digest.update((byte) 3);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(list.length).flip());
      for (Object each : list) {
        add(digest, each);
      }
      return;
    }
    if (value == null) {
      digest.update((byte) 0);
      return;
    }
    byte[] bytes =
        value instanceof byte[] raw ? raw : value.toString().getBytes(StandardCharsets.UTF_8);
    digest.update((byte) 1);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static byte[] raw(Map<String, ?> values) {
    MessageDigest digest = Digests.sha256();
    values.keySet().stream()
        .sorted()
        .forEach(
            name -> {
              add(digest, name);
              Object value = values.get(name);
              add(digest, value instanceof byte[] ? value : String.valueOf(value));
            });
    return digest.digest();
  }
}
