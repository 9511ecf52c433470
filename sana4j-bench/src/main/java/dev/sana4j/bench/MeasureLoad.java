package dev.sana4j.bench;

import dev.sana4j.clip.ClipConfig;
import dev.sana4j.clip.ClipModel;
import dev.sana4j.files.ProcessMemory;
import dev.sana4j.image.RgbImage;
import dev.sana4j.inception.InceptionModel;
import dev.sana4j.measure.ClipPixels;
import dev.sana4j.nn.Layer;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.RandomWeights;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Many images through the networks that measure them, with random weights of public sizes. */
@Command(
    name = "measure-load",
    description =
        "Measures images per second, the share of the best matrix product, and the memory of CLIP and"
            + " Inception.",
    mixinStandardHelpOptions = true)
public final class MeasureLoad implements Callable<Integer> {
  private static final int REPORTS = 5;
  private static final long MEBI = 1 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--networks", split = ",", defaultValue = "CLIP_B32,INCEPTION")
  private List<Network> networks = List.of();

  @Option(names = "--images", defaultValue = "10000", description = "Number of images.")
  private int images;

  @Option(names = "--side", defaultValue = "128", description = "Side of an image in pixels.")
  private int side;

  @Option(names = "--batch", defaultValue = "8", description = "Images per forward pass.")
  private int batch;

  @Option(names = "--threads", defaultValue = "0", description = "Threads; 0 for the default.")
  private int threads;

  /** The networks of public size. */
  enum Network {
    /** The image tower of CLIP ViT-B/32. */
    CLIP_B32,
    /** The image tower of CLIP ViT-L/14. */
    CLIP_L14,
    /** Inception-v3 of the Frechet distance. */
    INCEPTION
  }

  /**
   * Runs the measurement.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new MeasureLoad())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() {
    if (threads > 0) {
      Libtorch.threads(threads);
    }
    PrintWriter out = spec.commandLine().getOut();
    Roof roof = Roof.within(DType.FLOAT32, Duration.ofSeconds(10));
    out.printf(Locale.ROOT, "roof: %.1f GFLOP/s, float32%n", roof.gigaflopsPerSecond());
    for (Network network : networks) {
      measure(network, roof, out);
    }
    return 0;
  }

  private void measure(Network network, Roof roof, PrintWriter out) {
    switch (network) {
      case CLIP_B32 -> clip(network, ClipConfig.vitB32(), roof, out);
      case CLIP_L14 -> clip(network, ClipConfig.vitL14(), roof, out);
      case INCEPTION -> {
        try (InceptionModel model = load(InceptionModel::new)) {
          model.prepare();
          run(network, model, Pixels::of, MeasureFlops.inception(), roof, out);
        }
      }
    }
  }

  private void clip(Network network, ClipConfig config, Roof roof, PrintWriter out) {
    try (ClipModel model = load(weights -> new ClipModel(weights, config))) {
      ClipPixels pixels = ClipPixels.read(Path.of("no-such-folder"), config);
      run(network, model, pixels::of, MeasureFlops.image(config), roof, out);
    }
  }

  private void run(
      Network network,
      Layer<Tensor> model,
      Function<RgbImage, Tensor> pixels,
      long flops,
      Roof roof,
      PrintWriter out) {
    pass(model, pixels, 0); // warm-up
    long start = System.nanoTime();
    int batches = (images + batch - 1) / batch;
    for (int i = 0; i < batches; i++) {
      pass(model, pixels, i);
      if ((i + 1) % Math.max(1, batches / REPORTS) == 0) {
        double perSecond = (i + 1) * batch / ((System.nanoTime() - start) / 1e9);
        out.printf(
            Locale.ROOT,
            "%s: %d images, %.2f images/s, %.1f %% of the roof, %d MiB resident%n",
            network,
            (i + 1) * batch,
            perSecond,
            100 * perSecond * flops / 1e9 / roof.gigaflopsPerSecond(),
            ProcessMemory.resident().orElse(0) / MEBI);
        out.flush();
      }
    }
  }

  private void pass(Layer<Tensor> model, Function<RgbImage, Tensor> pixels, int number) {
    Libtorch.noGrad(
        () -> {
          TensorScope.run(
              () -> {
                List<Tensor> inputs = new ArrayList<>();
                for (int i = 0; i < batch; i++) {
                  inputs.add(pixels.apply(noise((long) number * batch + i)));
                }
                float[] unused = model.apply(Tensors.cat(inputs, 0)).toFloats();
              });
          return true;
        });
  }

  private RgbImage noise(long seed) {
    byte[] rgb = new byte[side * side * 3];
    new Random(seed).nextBytes(rgb);
    return RgbImage.of(side, side, rgb);
  }

  private static <T> T load(Function<Weights, T> network) {
    try (RandomWeights weights = new RandomWeights(1)) {
      return Weights.load(new Drawn(weights), DType.FLOAT32, Device.CPU, network);
    }
  }

  /** Random weights whose stored variances are 1, so that numbers stay finite. */
  private record Drawn(RandomWeights weights) implements WeightSource {
    @Override
    public boolean contains(String name) {
      return true;
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      return name.endsWith("running_var")
          ? Tensors.full(1, DType.FLOAT32, Device.CPU, shape)
          : weights.tensor(name, shape);
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }

    @Override
    public String description() {
      return "random weights";
    }
  }
}
