package dev.sana4j.inception;

import static dev.sana4j.inception.ConvUnit.Shape.same;
import static dev.sana4j.inception.ConvUnit.Shape.shrinking;

import dev.sana4j.inception.InceptionBlock.Branch;
import dev.sana4j.inception.InceptionBlock.Pool;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.VisionOps;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import dev.sana4j.weights.pth.OlderPthFile;
import dev.sana4j.weights.pth.PthFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inception-v3 with 1008 classes, as ported from the original Frechet distance (arXiv 1706.08500)
 * by pytorch-fid and torch-fidelity: average pools do not count padding, and the last block takes a
 * maximum. Its features are those before the classes.
 */
public final class InceptionModel extends Layer<Tensor> {
  /** Size of the feature vector of an image. */
  public static final int FEATURES = 2048;

  private static final int CLASSES = 1008;
  private static final int SIDE = 299;

  private final List<ConvUnit> stem = new ArrayList<>();
  private final Map<String, InceptionBlock> blocks = new LinkedHashMap<>();
  private final Linear classes;
  private int channels;

  /**
   * Reads the network.
   *
   * @param weights the weights to read from, in the names of torchvision
   */
  public InceptionModel(Weights weights) {
    channels = 3;
    stem(weights, shrinking("Conv2d_1a_3x3", 32, 2));
    stem(weights, shrinking("Conv2d_2a_3x3", 32, 1));
    stem(weights, same("Conv2d_2b_3x3", 64, 3));
    stem(weights, same("Conv2d_3b_1x1", 80, 1));
    stem(weights, shrinking("Conv2d_4a_3x3", 192, 1));
    add(weights, "Mixed_5b", large(32));
    add(weights, "Mixed_5c", large(64));
    add(weights, "Mixed_5d", large(64));
    add(weights, "Mixed_6a", firstReduction());
    add(weights, "Mixed_6b", medium(128));
    add(weights, "Mixed_6c", medium(160));
    add(weights, "Mixed_6d", medium(160));
    add(weights, "Mixed_6e", medium(192));
    add(weights, "Mixed_7a", secondReduction());
    add(weights, "Mixed_7b", small(Pool.AVERAGE));
    add(weights, "Mixed_7c", small(Pool.MAXIMUM));
    classes = own(Linear.load(weights.at("fc"), FEATURES, CLASSES));
  }

  /**
   * Opens the weights.
   *
   * @param file the {@code .pth} of pytorch-fid or torch-fidelity, or the same as safetensors
   * @param device the device to compute on
   * @return the network, in float32; the caller closes it
   * @throws dev.sana4j.weights.CheckpointException if the file is missing or damaged, or does not
   *     fit
   */
  public static InceptionModel open(Path file, Device device) {
    InceptionModel model = load(file, device);
    model.prepare();
    return model;
  }

  private static InceptionModel load(Path file, Device device) {
    if (file.toString().endsWith(".safetensors")) {
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        return load(checkpoint, device);
      }
    }
    if (OlderPthFile.isOne(file)) {
      try (OlderPthFile checkpoint = OlderPthFile.open(file)) {
        return load(checkpoint, device);
      }
    }
    try (PthFile checkpoint = PthFile.open(file)) {
      return load(checkpoint, device);
    }
  }

  private static InceptionModel load(WeightSource source, Device device) {
    return Weights.load(source, DType.FLOAT32, device, InceptionModel::new);
  }

  private void stem(Weights weights, ConvUnit.Shape shape) {
    stem.add(own(new ConvUnit(weights.at(shape.name()), channels, shape)));
    channels = shape.out();
  }

  private void add(Weights weights, String name, List<Branch> branches) {
    InceptionBlock block = own(new InceptionBlock(weights.at(name), channels, branches));
    blocks.put(name, block);
    channels = block.out();
  }

  private static List<Branch> large(int pooled) {
    return List.of(
        Branch.of(same("branch1x1", 64, 1)),
        Branch.of(same("branch5x5_1", 48, 1), same("branch5x5_2", 64, 5)),
        Branch.of(
            same("branch3x3dbl_1", 64, 1),
            same("branch3x3dbl_2", 96, 3),
            same("branch3x3dbl_3", 96, 3)),
        Branch.pooled(Pool.AVERAGE, same("branch_pool", pooled, 1)));
  }

  private static List<Branch> firstReduction() {
    return List.of(
        Branch.of(shrinking("branch3x3", 384, 2)),
        Branch.of(
            same("branch3x3dbl_1", 64, 1),
            same("branch3x3dbl_2", 96, 3),
            shrinking("branch3x3dbl_3", 96, 2)),
        Branch.pooled(Pool.SHRINKING));
  }

  private static List<Branch> medium(int inner) {
    return List.of(
        Branch.of(same("branch1x1", 192, 1)),
        Branch.of(
            same("branch7x7_1", inner, 1),
            same("branch7x7_2", inner, 1, 7),
            same("branch7x7_3", 192, 7, 1)),
        Branch.of(
            same("branch7x7dbl_1", inner, 1),
            same("branch7x7dbl_2", inner, 7, 1),
            same("branch7x7dbl_3", inner, 1, 7),
            same("branch7x7dbl_4", inner, 7, 1),
            same("branch7x7dbl_5", 192, 1, 7)),
        Branch.pooled(Pool.AVERAGE, same("branch_pool", 192, 1)));
  }

  private static List<Branch> secondReduction() {
    return List.of(
        Branch.of(same("branch3x3_1", 192, 1), shrinking("branch3x3_2", 320, 2)),
        Branch.of(
            same("branch7x7x3_1", 192, 1),
            same("branch7x7x3_2", 192, 1, 7),
            same("branch7x7x3_3", 192, 7, 1),
            shrinking("branch7x7x3_4", 192, 2)),
        Branch.pooled(Pool.SHRINKING));
  }

  private static List<Branch> small(Pool pool) {
    return List.of(
        Branch.of(same("branch1x1", 320, 1)),
        Branch.of(same("branch3x3_1", 384, 1))
            .forked(same("branch3x3_2a", 384, 1, 3), same("branch3x3_2b", 384, 3, 1)),
        Branch.of(same("branch3x3dbl_1", 448, 1), same("branch3x3dbl_2", 384, 3))
            .forked(same("branch3x3dbl_3a", 384, 1, 3), same("branch3x3dbl_3b", 384, 3, 1)),
        Branch.pooled(pool, same("branch_pool", 192, 1)));
  }

  /**
   * Maps images (B, 3, H, W) in 0..1 to their features, (B, 2048). Images are resized to 299 x 299
   * with bilinear interpolation without antialiasing, as the measure prescribes.
   */
  @Override
  protected Tensor forward(Tensor images) {
    List<InceptionBlock> all = List.copyOf(blocks.values());
    Tensor seen = chain(stem(images), all.size(), (i, current) -> all.get(i).apply(current));
    return pooled(seen);
  }

  /**
   * Returns the channel means of each block.
   *
   * @param images (B, 3, H, W) in 0..1
   * @return (B, channels) by name of the block, such as {@code Mixed_5d}, owned by the current
   *     scope
   */
  public Map<String, Tensor> means(Tensor images) {
    Map<String, Tensor> means = new LinkedHashMap<>();
    List<String> names = List.copyOf(blocks.keySet());
    List<Tensor> all =
        TensorScope.tidyAll(
            () -> {
              List<Tensor> found = new ArrayList<>();
              Tensor seen = stem(images);
              for (InceptionBlock block : blocks.values()) {
                seen = block.apply(seen);
                found.add(pooled(seen));
              }
              return found;
            });
    for (int i = 0; i < names.size(); i++) {
      means.put(names.get(i), all.get(i));
    }
    return means;
  }

  /**
   * Returns the class scores of images.
   *
   * @param features (B, 2048), as {@link #apply} returns them
   * @return (B, 1008), owned by the current scope
   */
  public Tensor logits(Tensor features) {
    return classes.apply(features);
  }

  private Tensor stem(Tensor images) {
    return TensorScope.tidy(
        () -> {
          Tensor resized =
              Functional.resizeBilinear(images, SIDE, SIDE).mul(2).add(-1).channelsLast();
          Tensor first = chain(stem.subList(0, 3), resized); // (B, 64, 147, 147)
          Tensor second = chain(stem.subList(3, 5), VisionOps.maxPool(first, 3, 2, 0));
          return VisionOps.maxPool(second, 3, 2, 0); // (B, 192, 35, 35)
        });
  }

  private static Tensor pooled(Tensor seen) {
    return seen.flatten(2, 3).mean(2, false);
  }
}
