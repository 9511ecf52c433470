package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.files.IoReason;
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
 * Scenes of an evaluation from a file in JSON Lines. Each line is a scene as in the {@code
 * scenes.jsonl} of a data set of scenes. The keys are explained in docs/how-to/evaluate.md.
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
   * Reads a file, which is untrusted.
   *
   * @param path a file of at most 64 MiB and 100,000 lines
   * @param objects number of emoji objects, from the start of the list, that scenes may contain
   * @param seed seed of the places of objects without a box, and of the noise
   * @return the prompts
   * @throws EvaluationException with the file, the line and the problem
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
      throw new EvaluationException(path + " cannot be read: " + IoReason.of(e), e);
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
   * @return the path as it was given
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the number of objects that scenes may contain.
   *
   * @return a number of emoji objects, from the start of the list
   */
  public int objects() {
    return objects;
  }

  /**
   * Returns the seed.
   *
   * @return seed of the places of objects without a box, and of the noise
   */
  public long seed() {
    return seed;
  }

  /**
   * Returns the scenes and their prompts.
   *
   * @return at least two scenes of each kind in the file
   */
  public Map<Scene.Kind, List<ScenePrompt>> prompts() {
    return Collections.unmodifiableMap(prompts);
  }

  /** Returns the shapes in the file, each with the same share. */
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
