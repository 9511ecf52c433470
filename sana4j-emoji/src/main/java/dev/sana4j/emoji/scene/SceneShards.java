package dev.sana4j.emoji.scene;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.data.DataException;
import dev.sana4j.data.Draws;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes scenes as webdataset shards, which {@code DataSet.open} reads: per scene a PNG and a JSON
 * with the captions. A {@code scenes.jsonl} next to the shards lists the contents of each image and
 * their boxes, and a {@code guide.json} says what a model of them knows, see {@link SceneGuide}.
 */
public final class SceneShards {
  /** Largest number of scenes in a data set. */
  public static final int MOST = 1_000_000;

  private static final int SMALLEST = 48;
  private static final int LARGEST = 1024;
  private static final int OF_A_SHARD = 10_000;
  private static final ObjectMapper JSON = StrictJson.mapper();

  private final SceneGenerator generator;
  private final SceneRenderer renderer;
  private final Plan plan;

  /**
   * Number and size of the scenes.
   *
   * @param count number of scenes, 1 to {@link #MOST}
   * @param side side of a square image, 48 to 1024 pixels in multiples of 16; other shapes have
   *     about its area
   * @param seed seed of the scenes
   */
  public record Plan(int count, int side, long seed) {
    /**
     * Checks the numbers.
     *
     * @param count 1 to {@link #MOST}
     * @param side 48 to 1024 in multiples of 16
     * @param seed any
     * @throws DataException if a number is out of range
     */
    public Plan {
      if (count < 1 || count > MOST) {
        throw new DataException("a data set must have 1 to " + MOST + " scenes, not " + count);
      }
      if (side < SMALLEST || side > LARGEST || side % Scene.Shape.MULTIPLE != 0) {
        throw new DataException(
            "the side of a scene must be %d to %d pixels in multiples of %d, not %d"
                .formatted(SMALLEST, LARGEST, Scene.Shape.MULTIPLE, side));
      }
    }
  }

  /**
   * Creates a writer.
   *
   * @param generator generator of the scenes
   * @param renderer renderer of the scenes
   * @param plan number and size of the scenes
   */
  public SceneShards(SceneGenerator generator, SceneRenderer renderer, Plan plan) {
    this.generator = generator;
    this.renderer = renderer;
    this.plan = plan;
  }

  /**
   * Writes the data set; its folder appears when it is complete.
   *
   * @param target the folder to make
   * @param progress receives the number of written scenes after each scene
   * @throws DataException if the folder exists or cannot be written
   */
  public void write(Path target, IntConsumer progress) {
    Path folder = target.toAbsolutePath().normalize();
    if (Files.exists(folder)) {
      throw new DataException(target + " exists; name another folder");
    }
    Path temporary = folder.resolveSibling("." + folder.getFileName() + "-" + UUID.randomUUID());
    try {
      Files.createDirectories(temporary);
      writeInto(temporary, progress);
      Files.move(temporary, folder);
    } catch (IOException e) {
      throw new DataException(target + " cannot be written: " + IoReason.of(e), e);
    } finally {
      delete(temporary);
    }
  }

  private void writeInto(Path folder, IntConsumer progress) throws IOException {
    try (BufferedWriter truths = Files.newBufferedWriter(folder.resolve("scenes.jsonl"))) {
      for (int start = 0; start < plan.count; start += OF_A_SHARD) {
        String name = "scenes-%05d.tar".formatted(start / OF_A_SHARD);
        int end = Math.min(plan.count, start + OF_A_SHARD);
        try (var shard =
            new TarArchiveOutputStream(Files.newOutputStream(folder.resolve(name)), "UTF-8")) {
          for (int number = start; number < end; number++) {
            add(number, name, shard, truths);
            progress.accept(number + 1);
          }
        }
      }
    }
    Files.write(folder.resolve("guide.json"), SceneGuide.json(generator, plan.side));
  }

  private void add(int number, String shard, TarArchiveOutputStream out, BufferedWriter truths)
      throws IOException {
    Scene scene = generator.scene(plan.seed, number);
    ImageSize size = scene.shape().size(plan.side);
    List<String> captions =
        SceneCaptions.draw(scene, Draws.scrambled(plan.seed) ^ Draws.scrambled(number));
    String key = "%07d".formatted(number);
    put(out, key + ".png", png(renderer.render(scene, size)));
    ObjectNode json = JSON.createObjectNode();
    captions.forEach(json.putArray("captions")::add);
    put(out, key + ".json", JSON.writeValueAsBytes(json));
    truths.write(JSON.writeValueAsString(truth(scene, size, shard + "/" + key + ".png")));
    truths.write('\n');
  }

  private ObjectNode truth(Scene scene, ImageSize size, String file) {
    ObjectNode truth =
        JSON.createObjectNode()
            .put("file", file)
            .put("kind", lower(scene.kind()))
            .put("style", scene.style().english().toLowerCase(Locale.ROOT))
            .put("background", scene.background().english())
            .put("width", size.width())
            .put("height", size.height())
            .put("english", SceneCaptions.english(scene))
            .put("chinese", SceneCaptions.chinese(scene));
    if (scene.kind() == Scene.Kind.PAIR) {
      truth.put("relation", lower(scene.relation()));
    }
    if (scene.kind() == Scene.Kind.COLOR) {
      truth.put("color", scene.tint().english());
    }
    ArrayNode objects = truth.putArray("objects");
    List<Box> boxes = renderer.boxes(scene, size);
    for (int i = 0; i < boxes.size(); i++) {
      Box box = boxes.get(i);
      ArrayNode edges = objects.addObject().put("id", scene.object(i).id()).putArray("box");
      for (double edge : new double[] {box.left(), box.top(), box.right(), box.bottom()}) {
        edges.add(Math.round(edge * 100) / 100.0);
      }
    }
    return truth;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static byte[] png(RgbImage image) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image.toBufferedImage(), "png", out);
    }
    return bytes.toByteArray();
  }

  /** Sets all times to zero, so that the same scenes produce the same bytes. */
  private static void put(TarArchiveOutputStream out, String name, byte[] bytes)
      throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setModTime(0);
    entry.setSize(bytes.length);
    out.putArchiveEntry(entry);
    out.write(bytes);
    out.closeArchiveEntry();
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The exception of the failed write is thrown; it is more useful than this one.
    }
  }
}
