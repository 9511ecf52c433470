package dev.sana4j.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads training configs in YAML into records, and writes and documents them.
 *
 * <p>The config is a record whose components carry {@link Key}; nested blocks are records again,
 * and {@link Inline} records have no separate block. Ranges are checked in the compact
 * constructors: an exception whose message begins with the key ("learning_rate must be positive")
 * is reported by the key's whole path. Reading is strict: unknown, repeated, missing and mistyped
 * keys are rejected, all in one message; aliases and tags are not supported.
 */
public final class Recipe {
  private static final int MAX_BYTES = YamlTree.MAX_CHARS;

  private Recipe() {}

  /**
   * Reads a file.
   *
   * @param <T> the config
   * @param file YAML in UTF-8, at most 1 MiB; relative paths in it start from its folder
   * @param type the record to fill
   * @param overrides values that replace those of the file, as {@code key.path=value} with the
   *     value in YAML; entries of lists are addressed by their index, and relative paths start from
   *     the working directory
   * @return the config, with absolute paths
   * @throws RecipeException if the file cannot be read or is invalid; the message lists all
   *     problems
   */
  public static <T extends Record> T read(Path file, Class<T> type, List<String> overrides) {
    return read(file, type, overrides, ModelPaths.NONE);
  }

  /**
   * Reads a file whose models may have names.
   *
   * @param <T> the config
   * @param file as in {@link #read(Path, Class, List)}
   * @param type the record to fill
   * @param overrides as there
   * @param models finds models that are not folders
   * @return the config, with absolute paths except for those from {@code models}
   * @throws RecipeException if the file cannot be read or is invalid; the message lists all
   *     problems
   */
  public static <T extends Record> T read(
      Path file, Class<T> type, List<String> overrides, ModelPaths models) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isRegularFile(file)) {
      String problem = Files.exists(file) ? " is not a regular file" : " does not exist";
      throw new RecipeException(file + problem + "; name a YAML file");
    }
    String name = String.valueOf(file.getFileName());
    var place = new RecipeReader.Place(name, folder, models);
    return RecipeReader.read(YamlTree.parse(text(file), name), place, overrides, type);
  }

  /**
   * Reads a file without overrides.
   *
   * @param <T> the config
   * @param file as in {@link #read(Path, Class, List)}
   * @param type the record to fill
   * @return the config
   * @throws RecipeException if the file cannot be read or is invalid; the message lists all
   *     problems
   */
  public static <T extends Record> T read(Path file, Class<T> type) {
    return read(file, type, List.of());
  }

  /**
   * Reads a text.
   *
   * @param <T> the config
   * @param yaml the text; empty for only the defaults
   * @param folder base folder of relative paths
   * @param type the record to fill
   * @param overrides as in {@link #read(Path, Class, List)}
   * @return the config
   * @throws RecipeException if the config is invalid; the message lists all problems
   */
  public static <T extends Record> T parse(
      String yaml, Path folder, Class<T> type, List<String> overrides) {
    return parse(yaml, folder, type, overrides, ModelPaths.NONE);
  }

  /**
   * Reads a text whose models may have names.
   *
   * @param <T> the config
   * @param yaml the text; empty for only the defaults
   * @param folder base folder of relative paths
   * @param type the record to fill
   * @param overrides as in {@link #read(Path, Class, List)}
   * @param models finds models that are not folders
   * @return the config
   * @throws RecipeException if the config is invalid; the message lists all problems
   */
  public static <T extends Record> T parse(
      String yaml, Path folder, Class<T> type, List<String> overrides, ModelPaths models) {
    var place = new RecipeReader.Place("the config", folder.toAbsolutePath(), models);
    return RecipeReader.read(YamlTree.parse(yaml, place.source()), place, overrides, type);
  }

  /**
   * Returns a YAML template with every key, its meaning and its default. Keys without a default are
   * marked as required. Blocks that are absent by default are commented out.
   *
   * @param type a config
   * @return the text
   */
  public static String template(Class<? extends Record> type) {
    return String.join("\n", RecipeDocument.template(type)) + "\n";
  }

  /**
   * Returns a table of every key, its default and its meaning.
   *
   * @param type a config
   * @return Markdown
   */
  public static String markdown(Class<? extends Record> type) {
    return markdown(type, Map.of());
  }

  /**
   * Returns a table as {@link #markdown(Class)} does, without the keys of blocks that have a table
   * themselves.
   *
   * @param type a config
   * @param shared types of blocks, and the heading in lower case of the table that has their keys
   * @return Markdown
   */
  public static String markdown(Class<? extends Record> type, Map<Class<?>, String> shared) {
    return String.join("\n", RecipeDocument.table(type, shared)) + "\n";
  }

  /**
   * Returns a config as YAML that reads back to an equal record, if its paths are absolute.
   *
   * @param recipe a config
   * @return every key with its value
   */
  public static String write(Record recipe) {
    return RecipeWriter.write(recipe);
  }

  /**
   * Returns a copy of a config with other parts.
   *
   * @param <T> the config
   * @param recipe the config
   * @param parts values; each replaces the only component of its type
   * @return a copy
   * @throws IllegalArgumentException if a part fits no component or several
   */
  public static <T extends Record> T with(T recipe, Object... parts) {
    @SuppressWarnings("unchecked")
    T copy = (T) Records.with(recipe, parts);
    return copy;
  }

  /**
   * Returns the values of a written config, one entry per key, for comparison.
   *
   * @param yaml as {@link #write} returns it
   * @return values as text by the whole path of their key, in order; a list is one value, and an
   *     absent block has the value {@code null}
   */
  public static Map<String, String> values(String yaml) {
    Map<String, String> values = new LinkedHashMap<>();
    collect(YamlTree.parse(yaml, "the config"), "", values);
    return values;
  }

  private static void collect(JsonNode node, String path, Map<String, String> values) {
    if (node instanceof ObjectNode block) {
      String prefix = path.isEmpty() ? "" : path + ".";
      block.properties().forEach(key -> collect(key.getValue(), prefix + key.getKey(), values));
    } else {
      values.put(path, node.isTextual() ? node.asText() : node.toString());
    }
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new RecipeException(file + " is larger than " + MAX_BYTES + " bytes; name a config");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new RecipeException(file + " is not text in UTF-8", e);
    } catch (IOException e) {
      throw new RecipeException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }
}
