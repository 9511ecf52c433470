package dev.sana4j.measure.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.StrictJson;
import dev.sana4j.measure.MeasureException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows of a run as JSON lines, and the feature vectors of the Frechet distance as float32. Both
 * only grow, so a stopped run can be resumed; of two rows of one image the later counts.
 */
final class RowsFile implements AutoCloseable {
  private static final ObjectMapper JSON = StrictJson.mapper();
  private static final String READ_WRITE = "rw";

  private final Path file;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final RandomAccessFile lines;
  private final RandomAccessFile features;

  private RowsFile(Path file, RandomAccessFile lines, RandomAccessFile features) {
    this.file = file;
    this.lines = lines;
    this.features = features;
  }

  static RowsFile open(Path folder) {
    Path file = folder.resolve("rows.jsonl");
    try {
      long valid = 0;
      Map<String, Row> read = new LinkedHashMap<>();
      if (Files.exists(file)) {
        valid = read(file, read);
      }
      RandomAccessFile lines = new RandomAccessFile(file.toFile(), READ_WRITE);
      lines.setLength(valid);
      lines.seek(valid);
      RowsFile opened =
          new RowsFile(
              file,
              lines,
              new RandomAccessFile(folder.resolve("features.f32").toFile(), READ_WRITE));
      opened.rows.putAll(read);
      return opened;
    } catch (IOException e) {
      throw new MeasureException(file + " cannot be used: " + IoReason.of(e), e);
    }
  }

  /** Reads whole lines; returns their number of bytes. A last line may be cut short. */
  private static long read(Path file, Map<String, Row> rows) throws IOException {
    long valid = 0;
    long size = Files.size(file);
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        long end = valid + line.getBytes(StandardCharsets.UTF_8).length + 1;
        if (end > size) {
          break;
        }
        try {
          Row row = JSON.readValue(line, Row.class);
          rows.remove(row.id());
          rows.put(row.id(), row);
        } catch (JsonProcessingException e) {
          throw new MeasureException(file + " is damaged; delete it or name another folder", e);
        }
        valid = end;
      }
    }
    return valid;
  }

  Map<String, Row> rows() {
    return rows;
  }

  void add(Row row) {
    try {
      byte[] line = (JSON.writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8);
      lines.write(line);
      rows.put(row.id(), row);
    } catch (IOException e) {
      throw new MeasureException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }

  /** Appends a vector and returns its number. */
  long addFeature(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    try {
      long number = features.length() / bytes.capacity();
      features.seek(number * bytes.capacity());
      features.write(bytes.array());
      return number;
    } catch (IOException e) {
      throw new MeasureException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }

  float[] feature(long number, int width) {
    byte[] bytes = new byte[width * Float.BYTES];
    try {
      features.seek(number * bytes.length);
      features.readFully(bytes);
    } catch (IOException e) {
      throw new MeasureException("the features of " + file + " cannot be read; delete it", e);
    }
    float[] vector = new float[width];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  @Override
  public void close() {
    try (lines;
        features) {
      lines.getFD().sync();
    } catch (IOException e) {
      throw new MeasureException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }
}
