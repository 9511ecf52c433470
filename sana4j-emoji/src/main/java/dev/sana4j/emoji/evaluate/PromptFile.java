package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Evaluation scenes from a JSON Lines file. Each line is a scene as in the {@code scenes.jsonl} of
  * a data set of scenes. The keys are described in docs/how-to/evaluate.md.
 */
public final class PromptFile {
  private static final int MOST_BYTES = 64 << 20;
  private static final int MOST_LINES = 100_000;
  private static final int FEWEST = 2;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path path;
  private final int objects;
  private final long seed;
  private final Map<Scene.Kind, List<ScenePrompt>> prompts = new EnumMap<>(Scene.Kind.class);
  private final Map<Scene.Kind, Integer> firstLines = new EnumMap<>(Scene.Kind.class);

  private PromptFile(Path path, int objects, long seed) {
    this.path = path;
    this.objects = objects;
    this.seed = seed;
  }

  /**
   * Reads a file; it is untrusted.
   *
   * @param path of at most 64 MiB and 100,000 lines
   * @param objects how many of the emoji objects it may contain, the first ones
   * @param seed of the places of objects without a box, and of the noise
   * @return the prompts
   * @throws EvaluationException naming the file, the line and what is wrong there
   */
  public static PromptFile read(Path path, int objects, long seed) {
    var file = new PromptFile(path, objects, seed);
    var parser = new PromptParser(objects, seed);
    byte[] bytes = bytes(path);
    int number = 0;
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      number++;
      try {
        file.add(parser, ByteBuffer.wrap(bytes, start, end - start), number);
      } catch (EvaluationException | RequestException e) {
        throw new EvaluationException(at(path, number) + e.getMessage(), e);
      }
      start = end + 1;
    }
    file.requireRows();
    return file;
  }

  private static byte[] bytes(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new EvaluationException("there is no file " + path);
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new EvaluationException(path + " is larger than the 64 MiB of a prompt file");
      }
      return bytes;
    } catch (IOException e) {
      throw new EvaluationException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String at(Path path, int line) {
    return path + ", line " + line + ": ";
  }

  private void add(PromptParser parser, ByteBuffer utf8, int number) {
    if (number > MOST_LINES) {
      throw new EvaluationException("a prompt file has at most " + MOST_LINES + " lines");
    }
    String line = line(utf8, number);
    if (!line.isEmpty()) {
      ScenePrompt prompt = parser.parse(line, number);
      Scene.Kind kind = prompt.scene().kind();
      prompts.computeIfAbsent(kind, any -> new ArrayList<>()).add(prompt);
      firstLines.putIfAbsent(kind, number);
    }
  }

  private static String line(ByteBuffer utf8, int number) {
    try {
      String line = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
      boolean isMarked = number == 1 && line.startsWith(BYTE_ORDER_MARK);
      return (isMarked ? line.substring(1) : line).strip();
    } catch (CharacterCodingException e) {
      throw new EvaluationException("not UTF-8", e);
    }
  }

  private void requireRows() {
    if (prompts.isEmpty()) {
      throw new EvaluationException(at(path, 1) + "the file is empty; expected one scene per line");
    }
    prompts.forEach(
        (kind, row) -> {
          if (row.size() < FEWEST) {
            throw new EvaluationException(
                at(path, firstLines.getOrDefault(kind, 1))
                    + "the only scene of the kind %s; a kind needs at least %d"
                        .formatted(PromptParser.lower(kind), FEWEST));
          }
        });
  }

  /**
   * Returns the path of the file.
   *
   * @return the path as given
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the number of allowed objects.
   *
   * @return a count; the first ones of the emoji objects
   */
  public int objects() {
    return objects;
  }

  /**
   * The seed.
   *
   * @return of the places of objects without a box, and of the noise
   */
  public long seed() {
    return seed;
  }

  /**
   * The scenes and their prompts.
   *
   * @return at least two of each kind in the file
   */
  public Map<Scene.Kind, List<ScenePrompt>> prompts() {
    return Collections.unmodifiableMap(prompts);
  }

  /** The shapes in the file, each with the same share. */
  String shapes() {
    return prompts.values().stream()
        .flatMap(List::stream)
        .map(prompt -> prompt.scene().shape())
        .distinct()
        .sorted()
        .map(shape -> shape.name().toLowerCase(Locale.ROOT) + "=1")
        .collect(Collectors.joining(","));
  }
}
