package dev.sana4j.verify;

import dev.sana4j.clip.ClipModel;
import dev.sana4j.image.RgbImage;
import dev.sana4j.inception.InceptionModel;
import dev.sana4j.measure.ClipPixels;
import dev.sana4j.measure.FeatureStatistics;
import dev.sana4j.measure.FeatureStatistics.Gaussian;
import dev.sana4j.measure.FrechetDistance;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.text.ClipTokenizer;
import dev.sana4j.verify.Reference.Machine;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs the networks and formulas that measure images. */
final class MeasureCases {
  private static final double FRECHET_BOUND = 1e-3;
  private static final double SCORE = 100;

  private MeasureCases() {}

  static void clip(Path folder, Reference reference, Machine machine) {
    Path model = folder.resolve("model");
    double bound = machine.bounds().network();
    try (ClipModel network = ClipModel.open(model, machine.dtype(), machine.device())) {
      ClipTokenizer tokenizer = ClipTokenizer.read(model);
      Tensor ids = ids(folder, tokenizer, network.config().positions());
      reference.compare("input_ids", ids, machine.bounds().exact());
      ClipPixels preparation = ClipPixels.read(model, network.config());
      Tensor pixels = Tensors.cat(images(reference).stream().map(preparation::of).toList(), 0);
      reference.compare("pixel_values", pixels, Bounds.of(DType.FLOAT32).network());
      Tensor texts = network.embedTexts(ids.to(machine.device()), tokenizer.end());
      Tensor images = network.apply(pixels.to(machine.device()));
      reference.compare("text_embeds", texts, bound);
      reference.compare("image_embeds", images, bound);
      reference.compare("logits_per_image", network.logits(images, texts), bound);
      Tensor cosines = images.matmul(texts.transpose(0, 1));
      reference.compare("clip_score", cosines.clamp(0, 1).mul(SCORE), bound);
    }
  }

  private static Tensor ids(Path folder, ClipTokenizer tokenizer, int length) {
    List<String> texts = ConfigFile.read(folder.resolve("texts.json")).texts("texts");
    int[] ids =
        texts.stream()
            .flatMapToInt(text -> Arrays.stream(tokenizer.encode(text, length)))
            .toArray();
    return Tensors.of(ids, texts.size(), length);
  }

  /** Returns the images {@code image_0}, {@code image_1}..., stored as (H, W, 3) bytes. */
  private static List<RgbImage> images(Reference reference) {
    List<RgbImage> images = new ArrayList<>();
    while (reference.has("image_" + images.size())) {
      Tensor stored = reference.stored("image_" + images.size());
      int height = Math.toIntExact(stored.size(0));
      images.add(RgbImage.of(Math.toIntExact(stored.size(1)), height, stored.toBytes()));
    }
    return images;
  }

  static void inception(Path folder, Reference reference, Machine machine) {
    ConfigFile description = ConfigFile.read(folder.resolve("README.json"));
    double bound = machine.bounds().network();
    WeightSource drawn = new Drawn(description.texts("names"), (long) description.number("seed"));
    Libtorch.noGrad(
        () -> {
          try (InceptionModel network =
              Weights.load(drawn, machine.dtype(), machine.device(), InceptionModel::new)) {
            network.prepare();
            List<Tensor> images = images(reference).stream().map(Pixels::of).toList();
            List<Tensor> features =
                images.stream().map(image -> network.apply(input(image, machine))).toList();
            reference.compare("pool3", Tensors.cat(features, 0), bound);
            Map<String, Tensor> means =
                network.means(input(images.get(images.size() - 1), machine));
            means.forEach(
                (block, mean) -> {
                  if (reference.has(block + "_mean")) {
                    reference.compare(block + "_mean", mean, bound);
                  }
                });
          }
          return true;
        });
  }

  private static Tensor input(Tensor image, Machine machine) {
    return image.to(machine.device()).to(machine.dtype());
  }

  /** The weights of the reference, drawn from the generator of their position. */
  private record Drawn(List<String> all, long seed) implements WeightSource {
    private static final double GAIN = 1.6;
    private static final long SEEDS = 100_000;

    @Override
    public boolean contains(String name) {
      return all.contains(name);
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      try (Generator generator = new Generator(seed * SEEDS + all.indexOf(name))) {
        Tensor normal = generator.normal(shape);
        if (name.endsWith("bn.weight") || name.endsWith("running_var")) {
          return normal.abs().mul(0.1).add(1);
        }
        if (shape.length == 1) {
          return normal.mul(0.1);
        }
        long fanIn = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
        return normal.mul(GAIN / Math.sqrt((double) fanIn));
      }
    }

    @Override
    public Set<String> names() {
      return Set.copyOf(all);
    }

    @Override
    public String description() {
      return "the reference";
    }
  }

  /** Compares the distance of two sets of features, in its own unit. */
  static void frechet(Path folder, Results results) {
    double expected = ConfigFile.read(folder.resolve("README.json")).number("frechet");
    try (Checkpoint features = Checkpoint.open(folder.resolve("frechet.safetensors"))) {
      double ours = FrechetDistance.between(gaussian(features, "a"), gaussian(features, "b"));
      results.add("frechet", Math.abs(ours - expected), FRECHET_BOUND);
    }
  }

  private static Gaussian gaussian(Checkpoint features, String name) {
    return TensorScope.<Gaussian>compute(
        () -> {
          Tensor all = features.tensor(name).to(Device.CPU);
          int width = Math.toIntExact(all.size(1));
          float[] values = all.toFloats();
          FeatureStatistics statistics = new FeatureStatistics(width);
          for (int from = 0; from < values.length; from += width) {
            statistics.add(Arrays.copyOfRange(values, from, from + width));
          }
          return statistics.gaussian();
        });
  }
}
