package dev.sana4j.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Parses untrusted JSON. Size and nesting depth are limited, the encoding must be UTF-8, and an
 * object must not repeat a key.
 */
public final class StrictJson {
  private static final int USUAL_DEPTH = 64;
  private static final JsonMapper MAPPER = bounded(USUAL_DEPTH).build();

  private StrictJson() {}

  /**
   * Returns the shared mapper for writing JSON and for reading files that sana4j wrote.
   *
   * @return a mapper that reads at most 64 levels of nesting; do not configure it
   */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * Returns a builder for a mapper with limits that allows repeated keys.
   *
   * @param maxDepth maximum nesting depth of arrays and objects
   */
  public static JsonMapper.Builder bounded(int maxDepth) {
    return bounded(maxDepth, StreamReadConstraints.DEFAULT_MAX_STRING_LEN);
  }

  /**
   * Returns a builder for a mapper with limits that allows repeated keys.
   *
   * @param maxDepth maximum nesting depth of arrays and objects
   * @param maxText maximum length of a string, in characters
   */
  public static JsonMapper.Builder bounded(int maxDepth, int maxText) {
    return JsonMapper.builder(factory(maxDepth, maxText).build());
  }

  /**
   * Returns the size of a file in bytes.
   *
   * @throws FileException if the file is missing or is not a regular file; opening a pipe or a
   *     device could block forever
   */
  public static long fileSize(Path file) {
    if (!Files.exists(file)) {
      throw new FileException(file + ": the file does not exist");
    }
    if (!Files.isRegularFile(file)) {
      String found = Files.isDirectory(file) ? "a folder" : "a special file";
      throw new FileException(file + ": expected a regular file, got " + found);
    }
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new FileException(file + ": " + reason(e), e);
    }
  }

  /**
   * Reads a small file.
   *
   * @throws FileException if the file is missing, unreadable or larger than {@code maxBytes}
   */
  public static byte[] read(Path file, int maxBytes) {
    long size = fileSize(file);
    if (size > maxBytes) {
      throw new FileException(
          file + ": the file is too large: expected at most " + maxBytes + " bytes, got " + size);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes((int) size);
    } catch (IOException e) {
      throw new FileException(file + ": " + reason(e), e);
    }
  }

  /**
   * Returns the settings of a strict parser.
   *
   * @param maxDepth maximum nesting depth of arrays and objects
   */
  public static JsonFactoryBuilder settings(int maxDepth) {
    return factory(maxDepth, StreamReadConstraints.DEFAULT_MAX_STRING_LEN)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
  }

  private static JsonFactoryBuilder factory(int maxDepth, int maxText) {
    // Keys from the file must not stay in the JVM's table of interned strings.
    return new JsonFactoryBuilder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(maxDepth)
                .maxStringLength(maxText)
                .build());
  }

  /** Returns a parser for UTF-8 text. Given bytes, Jackson would also guess UTF-16 and UTF-32. */
  public static JsonParser parser(JsonFactory factory, byte[] json) throws IOException {
    return factory.createParser(
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder()));
  }

  /** Returns the reason for an error, worded to follow the file's name. */
  public static String reason(IOException error) {
    if (error instanceof JsonProcessingException syntax) {
      return "not valid JSON: " + QuotedText.clip(syntax.getOriginalMessage()) + at(syntax);
    }
    if (error instanceof CharacterCodingException) {
      return "not valid JSON: the text is not UTF-8";
    }
    if (error instanceof AccessDeniedException) {
      return "the file cannot be read: access denied";
    }
    return "the file cannot be read: " + error.getMessage();
  }

  private static String at(JsonProcessingException error) {
    JsonLocation location = error.getLocation();
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  /** Describes the parser's current value for an error message. */
  public static String describe(JsonParser parser) throws IOException {
    if (!parser.hasCurrentToken()) {
      return "the end of the file";
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case END_ARRAY -> "the end of the array";
      case VALUE_STRING -> '"' + QuotedText.clip(parser.getText()) + '"';
      default -> QuotedText.clip(parser.getText());
    };
  }
}
