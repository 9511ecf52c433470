package dev.sana4j.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The columns of a CSV file of captions, by the names in its first record. The file is untrusted.
 *
 * @param image number of the column of the image's file name
 * @param texts numbers of the columns of captions, the preferred one first
 */
record CsvColumns(int image, List<Integer> texts) {
  /** Limits the number of fields. */
  private static final int MAX_COMMAS = 100_000;

  private static final ObjectReader READER = new CsvMapper().readerFor(String[].class);

  /** Copies the list. */
  CsvColumns {
    texts = List.copyOf(texts);
  }

  /**
   * Finds the columns.
   *
   * @param header the first record
   * @throws IOException if a column is missing
   */
  static CsvColumns of(byte[] header) throws IOException {
    List<String> names =
        fields(header).stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    Optional<Integer> image = found(names, CaptionParser.IMAGE_FIELDS).stream().findFirst();
    List<Integer> texts = found(names, CaptionParser.FIELDS);
    if (image.isEmpty() || texts.isEmpty()) {
      throw new IOException(
          "its first line must name a column file_name, image, file or path, and a column text,"
              + " caption or prompt");
    }
    return new CsvColumns(image.get(), texts);
  }

  private static List<Integer> found(List<String> names, List<String> wanted) {
    return wanted.stream().map(names::indexOf).filter(column -> column >= 0).toList();
  }

  /** Returns the file name in a record, or an empty text. */
  String image(List<String> fields) {
    return image < fields.size() ? fields.get(image).strip() : "";
  }

  /** Returns the first caption in a record that is not blank, or an empty text. */
  String text(List<String> fields) {
    return texts.stream()
        .filter(column -> column < fields.size() && !fields.get(column).isBlank())
        .map(fields::get)
        .findFirst()
        .orElse("");
  }

  /**
   * Splits a record into its fields.
   *
   * @param record one record in UTF-8
   * @throws IOException if it is not UTF-8, not CSV, or has too many fields
   */
  static List<String> fields(byte[] record) throws IOException {
    String text = CaptionParser.decode(record).stripTrailing();
    if (text.isEmpty()) {
      return List.of();
    }
    if (text.chars().filter(c -> c == ',').count() >= MAX_COMMAS) {
      throw new IOException("more than " + MAX_COMMAS + " commas");
    }
    try {
      String[] fields = READER.readValue(text);
      return List.of(fields);
    } catch (JsonProcessingException e) {
      throw new IOException(e.getOriginalMessage(), e);
    }
  }
}
