package dev.sana4j.document;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.engine.DeviceMeter;
import dev.sana4j.pipeline.engine.DeviceMeter.Networks;
import dev.sana4j.pipeline.engine.DeviceMeter.Work;
import dev.sana4j.pipeline.model.DevicePlan;
import dev.sana4j.pipeline.model.DeviceSizes;
import dev.sana4j.pipeline.request.Offload;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.QuantizedNames;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.Weights;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of GPU memory by model, size and precision, from runs with shapes only. */
final class DeviceMemoryTable {
  static final List<Integer> SIDES = List.of(512, 1024, 2048);
  static final List<DType> DTYPES = List.of(DType.FLOAT32, DType.BFLOAT16, DType.INT8);

  private static final int TOKENS = 300 + 256;
  private static final double GIB = 1L << 30;

  private DeviceMemoryTable() {}

  /** A published model. */
  enum Model {
    SPRINT_600M("Sprint 0.6B", SanaConfig.sprint600m(), false),
    SPRINT_1600M("Sprint 1.6B", SanaConfig.sprint1600m(), false),
    TEACHER_1600M("SANA 1.5 1.6B and Sprint teacher", SanaConfig.teacher1600m(), true),
    SANA_4800M("SANA 1.5 4.8B", SanaConfig.sana4800m(), true);

    final String title;

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    final SanaConfig config;

    final boolean guided;

    Model(String title, SanaConfig config, boolean guided) {
      this.title = title;
      this.config = config;
      this.guided = guided;
    }
  }

  /**
   * Shapes of weights of which the matrices of blocks are int8, as {@code quantize} writes them.
   */
  private record Rounded(Set<String> matrices) implements WeightSource {
    static Rounded of(Function<Weights, ?> network) {
      return new Rounded(
          Weights.specs(DType.BFLOAT16, weights -> Objects.requireNonNull(network.apply(weights)))
              .stream()
              .filter(Rounded::isRounded)
              .map(TensorSpec::name)
              .collect(Collectors.toSet()));
    }

    private static boolean isRounded(TensorSpec tensor) {
      List<Long> shape = tensor.shape();
      boolean isMatrix =
          shape.size() == 2
              || (shape.size() == 4 && shape.get(1) > 1 && shape.get(2) == 1 && shape.get(3) == 1);
      return isMatrix
          && tensor.name().endsWith(".weight")
          && tensor.name().matches("(.*\\.)?(layers|transformer_blocks)\\..*");
    }

    @Override
    public boolean contains(String name) {
      return true;
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      DType dtype =
          matrices.contains(name)
              ? DType.INT8
              : name.endsWith(QuantizedNames.SCALE) ? DType.FLOAT32 : DType.BFLOAT16;
      return TensorScope.tidy(() -> Tensors.zeros(dtype, Device.CPU).expand(shape));
    }

    @Override
    public Set<String> names() {
      return matrices.stream().map(name -> name + QuantizedNames.SCALE).collect(Collectors.toSet());
    }

    @Override
    public String description() {
      return "rounded weights";
    }
  }

  private static <T> T built(DType dtype, Function<Weights, T> network) {
    return dtype == DType.INT8
        ? Weights.withoutElements(Rounded.of(network), DType.BFLOAT16, network)
        : Weights.withoutElements(dtype, network);
  }

  static DeviceSizes sizes(Model model, int side, DType dtype) {
    DType around = dtype == DType.INT8 ? DType.BFLOAT16 : dtype;
    return DeviceMeter.of(
        new Networks(
            () -> built(dtype, weights -> new GemmaEncoder(weights, GemmaConfig.gemma2b())),
            () -> built(dtype, weights -> new SanaTransformer(weights, model.config)),
            () -> {
              Autoencoder autoencoder =
                  Weights.withoutElements(
                      around, weights -> new Autoencoder(weights, AutoencoderConfig.f32c32()));
              autoencoder.prepare();
              return autoencoder;
            }),
        around,
        new Work(new ImageSize(side, side), 32, TOKENS, model.guided));
  }

  static String row(Model model, int side, DType dtype) {
    DeviceSizes sizes = sizes(model, side, dtype);
    StringBuilder row = new StringBuilder();
    row.append("| %s | %d | %s |".formatted(model.title, side, dtype));
    for (boolean tiled : List.of(false, true)) {
      for (Offload text : List.of(Offload.NONE, Offload.TEXT_AFTER_USE, Offload.TEXT_ON_CPU)) {
        row.append(gib(DevicePlan.of(sizes, text, tiled).peak()));
      }
    }
    return row.toString();
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, " %.1f |", bytes / GIB);
  }

  static String table() {
    StringBuilder table =
        new StringBuilder(
            "| model | side | precision | `none` | `text-after-use` | `text-on-cpu` | `none`, tiles"
                + " | `text-after-use`, tiles | `text-on-cpu`, tiles |\n"
                + "|---|---|---|---|---|---|---|---|---|\n");
    for (Model model : Model.values()) {
      for (int side : SIDES) {
        for (DType dtype : DTYPES) {
          table.append(row(model, side, dtype)).append('\n');
        }
      }
    }
    return table.toString();
  }
}
