package dev.sana4j.report;

import dev.sana4j.files.AtomicFile;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Metrics as CSV: the step, then a column for each name in the order they first came. A cell is
 * empty where a step has no such value.
 */
final class MetricsTable implements Closeable {
  private static final String STEP = "step";

  private final Path file;
  private List<String> names;
  private AppendingFile out;

  private MetricsTable(Path file, List<String> names) throws IOException {
    this.file = file;
    this.names = names;
    this.out = AppendingFile.open(file);
  }

  /**
   * Opens a table and drops the rows after a step and what is damaged.
   *
   * @param kept receives every row that is kept
   * @throws ReportException if the file exists but is not such a table
   */
  static MetricsTable open(Path file, long lastStep, BiConsumer<Long, Map<String, Double>> kept)
      throws IOException {
    if (Files.exists(file) && Files.size(file) > 0) {
      List<String> names = header(file);
      rewrite(file, names, line -> keep(line, names, lastStep, kept));
      return new MetricsTable(file, names);
    }
    return new MetricsTable(file, List.of());
  }

  /** Writes a row; names that are new become columns. */
  void add(long step, Map<String, Double> values) throws IOException {
    List<String> fresh = values.keySet().stream().filter(name -> !names.contains(name)).toList();
    if (!fresh.isEmpty()) {
      addColumns(fresh);
    }
    String cells =
        names.stream()
            .map(name -> values.containsKey(name) ? String.valueOf(values.get(name)) : "")
            .collect(Collectors.joining(","));
    out.append((step + "," + cells + "\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  void force() throws IOException {
    out.force();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void addColumns(List<String> fresh) throws IOException {
    List<String> all = new ArrayList<>(names);
    all.addAll(fresh);
    String empty = ",".repeat(fresh.size());
    rewrite(file, all, line -> line + empty);
    out.close();
    out = AppendingFile.open(file);
    names = List.copyOf(all);
  }

  private static List<String> header(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      List<String> columns = Arrays.asList(String.valueOf(in.readLine()).split(",", -1));
      if (!columns.get(0).equals(STEP)) {
        throw new ReportException(file + " is not a table of metrics; move it away");
      }
      return List.copyOf(columns.subList(1, columns.size()));
    }
  }

  private static String keep(
      String line, List<String> names, long lastStep, BiConsumer<Long, Map<String, Double>> kept) {
    String[] cells = line.split(",", -1);
    if (cells.length != names.size() + 1) {
      return "";
    }
    try {
      long step = Long.parseLong(cells[0]);
      Map<String, Double> values = new LinkedHashMap<>();
      for (int i = 1; i < cells.length; i++) {
        if (!cells[i].isEmpty()) {
          values.put(names.get(i - 1), Double.valueOf(cells[i]));
        }
      }
      if (step > lastStep) {
        return "";
      }
      kept.accept(step, values);
      return line;
    } catch (NumberFormatException e) {
      return "";
    }
  }

  /** Replaces the file atomically; lines that became empty or were cut short are removed. */
  private static void rewrite(Path file, List<String> names, UnaryOperator<String> edit)
      throws IOException {
    AtomicFile.write(
        file,
        AtomicFile.Mode.REPLACE,
        bytes -> {
          Writer text = new OutputStreamWriter(bytes, StandardCharsets.ISO_8859_1);
          BufferedWriter out = new BufferedWriter(text);
          out.write(STEP + names.stream().map(name -> "," + name).collect(Collectors.joining()));
          out.write('\n');
          copyRows(file, edit, out);
          out.flush();
        });
  }

  private static void copyRows(Path file, UnaryOperator<String> edit, BufferedWriter out)
      throws IOException {
    boolean torn = endsInside(file);
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      in.readLine();
      String line = in.readLine();
      while (line != null) {
        String next = in.readLine();
        String row = torn && next == null ? "" : edit.apply(line);
        if (!row.isEmpty()) {
          out.write(row);
          out.write('\n');
        }
        line = next;
      }
    }
  }

  private static boolean endsInside(Path file) throws IOException {
    try (var random = new RandomAccessFile(file.toFile(), "r")) {
      if (random.length() == 0) {
        return false;
      }
      random.seek(random.length() - 1);
      return random.read() != '\n';
    }
  }
}
