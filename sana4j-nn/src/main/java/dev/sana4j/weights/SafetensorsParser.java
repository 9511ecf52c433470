package dev.sana4j.weights;

import static java.util.Comparator.comparingLong;
import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sana4j.files.QuotedText;
import dev.sana4j.files.StrictJson;
import dev.sana4j.weights.SafetensorsHeader.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of one safetensors header as a stream and checks it against the file's size. */
final class SafetensorsParser {
  private static final String METADATA = "__metadata__";
  private static final int MAX_METADATA = 100_000;
  private static final int MAX_DIMENSIONS = 8;
  private static final Map<String, Integer> ELEMENT_BYTES =
      Map.ofEntries(
          entry("BOOL", 1),
          entry("U8", 1),
          entry("I8", 1),
          entry("F8_E4M3", 1),
          entry("F8_E5M2", 1),
          entry("I16", 2),
          entry("U16", 2),
          entry("F16", 2),
          entry("BF16", 2),
          entry("I32", 4),
          entry("U32", 4),
          entry("F32", 4),
          entry("I64", 8),
          entry("U64", 8),
          entry("F64", 8));

  private final Path file;
  private final JsonParser json;
  private final long dataStart;
  private final long dataBytes;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** The tensor or field being read, for messages; empty outside of one. */
  private String current = "";

  SafetensorsParser(Path file, JsonParser json, long dataStart, long fileSize) {
    this.file = file;
    this.json = json;
    this.dataStart = dataStart;
    this.dataBytes = fileSize - dataStart;
  }

  /** Returns the tensors in the order of their data. */
  List<Entry> entries() {
    return entries;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  void parse() throws IOException {
    try {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        current = name.equals(METADATA) ? METADATA : "tensor '" + QuotedText.clip(name) + "'";
        json.nextToken();
        if (name.equals(METADATA)) {
          readMetadata();
        } else {
          entries.add(tensor(name));
        }
        current = "";
      }
      if (json.nextToken() != null) {
        throw refusal(
            "expected nothing after the header's object, got " + StrictJson.describe(json));
      }
    } catch (JsonProcessingException e) {
      throw new CheckpointException(located(StrictJson.reason(e)), e);
    }
    requireCoveredData();
  }

  private void readMetadata() throws IOException {
    require(JsonToken.START_OBJECT, "an object of strings");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      require(JsonToken.VALUE_STRING, "a string for '" + QuotedText.clip(key) + "'");
      if (metadata.size() == MAX_METADATA) {
        throw refusal("expected at most " + MAX_METADATA + " strings, got more");
      }
      metadata.put(key, json.getText());
    }
  }

  private Entry tensor(String name) throws IOException {
    if (!TensorName.isValid(name)) {
      throw refusal(
          "expected a name of 1 to " + TensorName.MAX_LENGTH + " characters, got " + name.length());
    }
    require(JsonToken.START_OBJECT, "an object");
    String dtype = null;
    List<Long> shape = null;
    List<Long> range = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> dtype = dtype();
        case "shape" -> shape = integers(field, MAX_DIMENSIONS);
        case "data_offsets" -> range = integers(field, 2);
        default -> throw refusal("unknown field '" + QuotedText.clip(field) + "'");
      }
    }
    if (dtype == null || shape == null || range == null) {
      throw refusal("expected the fields dtype, shape and data_offsets, got only some of them");
    }
    return placed(name, dtype, shape, range);
  }

  private String dtype() throws IOException {
    require(JsonToken.VALUE_STRING, "dtype to be a string");
    String dtype = json.getText();
    if (!ELEMENT_BYTES.containsKey(dtype)) {
      throw refusal(
          "expected a dtype of "
              + ELEMENT_BYTES.keySet().stream().sorted().toList()
              + ", got "
              + StrictJson.describe(json));
    }
    return dtype;
  }

  private List<Long> integers(String field, int maxCount) throws IOException {
    require(JsonToken.START_ARRAY, field + " to be an array");
    List<Long> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (values.size() == maxCount) {
        throw refusal("expected at most " + maxCount + " numbers in " + field + ", got more");
      }
      require(JsonToken.VALUE_NUMBER_INT, "non-negative integers in " + field);
      if (json.getNumberType() == NumberType.BIG_INTEGER || json.getText().startsWith("-")) {
        throw refusal(
            "expected non-negative integers in " + field + ", got " + StrictJson.describe(json));
      }
      values.add(json.getLongValue());
    }
    return List.copyOf(values);
  }

  private Entry placed(String name, String dtype, List<Long> shape, List<Long> range) {
    if (range.size() != 2) {
      throw refusal("expected two data_offsets, got " + range.size());
    }
    long begin = range.get(0);
    long end = range.get(1);
    if (begin > end || end > dataBytes) {
      throw refusal(
          "expected data_offsets in order within "
              + dataBytes
              + " bytes of data, got "
              + range
              + "; the file may be truncated: download it again, for example with sana pull");
    }
    long bytes = byteCount(dtype, shape);
    if (bytes != end - begin) {
      throw refusal(
          "expected " + bytes + " bytes for " + dtype + " " + shape + ", got " + (end - begin));
    }
    return new Entry(name, dtype, shape, dataStart + begin, bytes);
  }

  private long byteCount(String dtype, List<Long> shape) {
    // A size of 0 counts as 1 here: strides must not overflow in an empty tensor either.
    long bytes = ELEMENT_BYTES.getOrDefault(dtype, 0);
    try {
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, Math.max(size, 1));
      }
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          located("expected a shape of less than 2^63 bytes, got " + shape), e);
    }
    return shape.contains(0L) ? 0 : bytes;
  }

  private void requireCoveredData() {
    entries.sort(comparingLong(Entry::offset).thenComparingLong(Entry::byteCount));
    long covered = 0;
    for (Entry entry : entries) {
      long begin = entry.offset() - dataStart;
      if (begin != covered) {
        current = "tensor '" + QuotedText.clip(entry.name()) + "'";
        throw refusal(
            "expected its data at byte "
                + covered
                + ", directly after the previous tensor, got "
                + begin
                + (begin < covered ? ": they overlap" : ": a gap"));
      }
      covered = begin + entry.byteCount();
    }
    if (covered != dataBytes) {
      throw refusal("expected " + covered + " bytes of data for all tensors, got " + dataBytes);
    }
  }

  private void require(JsonToken token, String expected) throws IOException {
    if (json.currentToken() != token) {
      throw refusal("expected " + expected + ", got " + StrictJson.describe(json));
    }
  }

  private CheckpointException refusal(String problem) {
    return new CheckpointException(located(problem));
  }

  private String located(String problem) {
    return file + ": " + (current.isEmpty() ? "" : current + ": ") + problem;
  }
}
