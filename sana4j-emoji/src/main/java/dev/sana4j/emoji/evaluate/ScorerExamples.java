package dev.sana4j.emoji.evaluate;

import dev.sana4j.data.Draws;
import dev.sana4j.emoji.scene.Box;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneMix;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.emoji.scene.Shares;
import dev.sana4j.image.ImageSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Training data of scorers: augmented real scenes of the training split. */
final class ScorerExamples {
  private static final String KINDS = "single=0.3,pair=0.35,count=0.25,color=0.1";
  private static final double DECOY_SHARE = 0.12;

  /** Share of the training after which augmentation has its full strength. */
  private static final double STRONG_FROM = 0.4;

  private static final List<Decoy> DECOYS = List.of(Decoy.values());

  private final SceneGenerator generator;
  private final SceneRenderer renderer;
  private final ScorerFit fit;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final int nothing;
  private final Map<ImageSize, List<Long>> waiting = new LinkedHashMap<>();
  private long next;

  /** Images of one size and their class indices; -1 is ignored by the loss. */
  static final class Examples {
    private final ImageSize size;
    private final float[] colour; // (B, 3, H, W)
    private final float[] grey; // (B, 1, H, W)
    private final long[] left;
    private final long[] right;
    private final long[] upper;
    private final long[] lower;
    private final long[] object;
    private final long[] style;
    private final long[] count;

    private Examples(ImageSize size, int batch) {
      int plane = size.width() * size.height();
      this.size = size;
      colour = new float[batch * 3 * plane];
      grey = new float[batch * plane];
      left = unsaid(batch);
      right = unsaid(batch);
      upper = unsaid(batch);
      lower = unsaid(batch);
      object = unsaid(batch);
      style = unsaid(batch);
      count = unsaid(batch);
    }

    private static long[] unsaid(int batch) {
      long[] classes = new long[batch];
      Arrays.fill(classes, -1);
      return classes;
    }

    ImageSize size() {
      return size;
    }

    /** Objects of pairs that are where a relation has its first object. */
    long[] half(Relation relation) {
      return switch (relation) {
        case LEFT -> left;
        case RIGHT -> right;
        case ABOVE -> upper;
        case BELOW -> lower;
      };
    }

    /** Objects of scenes that are not pairs. */
    long[] object() {
      return object;
    }

    long[] style() {
      return style;
    }

    /** Number of objects minus one. */
    long[] count() {
      return count;
    }

    int batch() {
      return left.length;
    }

    float[] seenBy(ScorerKind kind) {
      return kind == ScorerKind.COLOUR ? colour : grey;
    }
  }

  ScorerExamples(List<EmojiObject> objects, SceneRenderer renderer, ScorerFit fit) {
    this.renderer = renderer;
    this.fit = fit;
    this.nothing = objects.size();
    this.generator =
        new SceneGenerator(
            objects,
            SceneGenerator.Split.TRAIN,
            SceneMix.of(
                Shares.parse(Scene.Kind.class, kinds(objects)),
                Shares.parse(Scene.Shape.class, fit.shapes())));
    for (EmojiObject object : objects) {
      numbers.put(object.id(), numbers.size());
    }
  }

  /** Leaves out the kinds for which there are too few objects. */
  private static String kinds(List<EmojiObject> objects) {
    String kinds = objects.size() > 1 ? KINDS : "single=0.3,count=0.25,color=0.1";
    boolean hasTints = objects.stream().anyMatch(EmojiObject::tints);
    return hasTints ? kinds : kinds.replace(",color=0.1", "");
  }

  /**
   * Returns the next images of one size, the first ones almost without augmentation. Not
   * thread-safe.
   */
  Examples next(int batch) {
    while (true) {
      long number = next++;
      ImageSize size = scene(number).shape().size(fit.side());
      List<Long> alike = waiting.computeIfAbsent(size, any -> new ArrayList<>());
      alike.add(number);
      if (alike.size() == batch) {
        Examples examples = new Examples(size, batch);
        double strength = Math.min(1, number / (STRONG_FROM * fit.steps() * batch));
        var augmentation = new Augmentation(size.width(), size.height(), strength);
        for (int slot = 0; slot < batch; slot++) {
          put(alike.get(slot), slot, examples, augmentation);
        }
        alike.clear();
        return examples;
      }
    }
  }

  private Scene scene(long number) {
    return generator.scene(fit.seed(), number);
  }

  private void put(long number, int slot, Examples examples, Augmentation augmentation) {
    var random = new SplittableRandom(Draws.scrambled(Draws.scrambled(fit.seed()) ^ number));
    Scene scene = scene(number);
    byte[] rgb = renderer.render(scene, examples.size()).rgb();
    boolean decoyed = random.nextDouble() < DECOY_SHARE;
    boolean[] real = decoyed ? decoyed(rgb, scene, examples.size(), random) : new boolean[] {};
    if (!decoyed) {
      examples.style[slot] = ScorerNetwork.STYLES.indexOf(scene.style());
      examples.count[slot] = scene.places().size() - 1L;
    }
    if (scene.kind() == Scene.Kind.PAIR) {
      Relation relation = scene.relation();
      examples.half(relation)[slot] = decoyed && !real[0] ? nothing : number(scene, 0);
      examples.half(relation.opposite())[slot] = decoyed && !real[1] ? nothing : number(scene, 1);
    } else {
      examples.object[slot] = decoyed ? nothing : number(scene, 0);
    }
    augmentation.apply(rgb, random, examples.colour, examples.grey, slot);
  }

  private int number(Scene scene, int place) {
    Integer number = numbers.get(scene.object(place).id());
    if (number == null) {
      throw new IllegalStateException("an object that is not among the objects");
    }
    return number;
  }

  /** Draws decoys over all objects, or over one or both of a pair; returns which objects remain. */
  private boolean[] decoyed(byte[] rgb, Scene scene, ImageSize size, SplittableRandom random) {
    Decoy decoy = DECOYS.get(random.nextInt(DECOYS.size()));
    List<Box> boxes = renderer.boxes(scene, size);
    boolean[] real = new boolean[boxes.size()];
    if (scene.kind() == Scene.Kind.PAIR) {
      int which = random.nextInt(3); // the first, the second or both
      real[0] = which == 1;
      real[1] = which == 0;
    }
    for (int i = 0; i < real.length; i++) {
      if (!real[i]) {
        decoy.lay(rgb, size.width(), boxes.get(i), room(scene, size, i), random);
      }
    }
    return real;
  }

  /**
   * Returns the area around an object: of a pair its half of the image, otherwise the whole image.
   */
  private static Box room(Scene scene, ImageSize size, int place) {
    double width = size.width();
    double height = size.height();
    if (scene.kind() != Scene.Kind.PAIR) {
      return new Box(0, 0, width, height);
    }
    Relation relation = place == 0 ? scene.relation() : scene.relation().opposite();
    return switch (relation) {
      case LEFT -> new Box(0, 0, width / 2, height);
      case RIGHT -> new Box(width / 2, 0, width, height);
      case ABOVE -> new Box(0, 0, width, height / 2);
      case BELOW -> new Box(0, height / 2, width, height);
    };
  }
}
