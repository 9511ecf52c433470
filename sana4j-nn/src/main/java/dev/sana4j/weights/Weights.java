package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.DryRun;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A position in the name hierarchy of a checkpoint, from which a network reads its parameters.
 *
 * <p>{@code weights.at("attn1").at("to_q").parameter("weight", out, in)} reads a tensor and checks
 * its shape. Loading is strict: {@link #load} lists every missing or unexpected name and every
 * wrong shape in one {@link CheckpointException}.
 */
public final class Weights {
  private static final int SHOWN_PROBLEMS = 20;

  /** Matrices with at least this many elements are kept in their stored dtype. */
  private static final long LARGE_MATRIX = 1L << 18;

  private final Loading loading;
  private final String path;
  private final boolean asStored;

  private Weights(Loading loading, String path, boolean asStored) {
    this.loading = loading;
    this.path = path;
    this.asStored = asStored;
  }

  /** The state of loading one network. */
  private static final class Loading {
    final WeightSource source;
    final DType dtype;
    final Device device;
    final Storage storage;
    final Set<String> read = new LinkedHashSet<>();
    final List<String> problems = new ArrayList<>();
    final List<Parameter> parameters = new ArrayList<>();

    Loading(WeightSource source, DType dtype, Device device, Storage storage) {
      this.source = source;
      this.dtype = dtype;
      this.device = device;
      this.storage = storage;
    }

    /** Returns whether large half-precision matrices are kept and widened for each use. */
    boolean keepsHalf() {
      return storage == Storage.AS_STORED && dtype == DType.FLOAT32 && device.isCpu();
    }
  }

  /**
   * Builds a network. Its floating point parameters get one dtype and device.
   *
   * @param source the source of the tensors
   * @param dtype the dtype of the network; a tensor with this dtype is used without a copy
   * @param device the device of the network
   * @param network builds the network, reading its parameters
   * @param <T> the type of the network
   * @return the network, which owns its parameters
   * @throws CheckpointException listing every missing or unexpected name and every wrong shape
   */
  public static <T> T load(
      WeightSource source, DType dtype, Device device, Function<Weights, T> network) {
    return load(source, dtype, device, Storage.CONVERTED, network);
  }

  private static <T> T load(
      WeightSource source,
      DType dtype,
      Device device,
      Storage storage,
      Function<Weights, T> network) {
    Loading loading = new Loading(source, dtype, device, storage);
    try {
      T built = network.apply(new Weights(loading, "", false));
      requireComplete(loading);
      return built;
    } catch (RuntimeException | Error e) {
      loading.parameters.forEach(Parameter::close);
      throw e;
    }
  }

  /**
   * Opens the weights of a model part and builds its network.
   *
   * @param folder for example {@code transformer/}
   * @param baseName for example {@code diffusion_pytorch_model}
   * @param dtype the dtype of the network
   * @param device the device of the network
   * @param storage whether large matrices keep their stored dtype
   * @param network builds the network, reading its parameters
   * @param <T> the type of the network
   * @return the network, which owns its parameters
   * @throws CheckpointException if a file is missing or damaged, or does not fit the network
   */
  public static <T> T open(
      Path folder,
      String baseName,
      DType dtype,
      Device device,
      Storage storage,
      Function<Weights, T> network) {
    try (Checkpoint checkpoint = Checkpoint.open(Checkpoint.find(folder, baseName, dtype))) {
      return load(checkpoint, dtype, device, storage, network);
    }
  }

  /**
   * Returns the parameters that a network reads, by running the code that reads them. It allocates
   * no memory for them.
   *
   * @param dtype the dtype of the network
   * @param network reads the parameters
   * @return the parameters in the order they are read
   */
  public static List<TensorSpec> specs(DType dtype, Consumer<Weights> network) {
    Loading loading = new Loading(new SpecSource(dtype), dtype, Device.CPU, Storage.CONVERTED);
    try {
      network.accept(new Weights(loading, "", false));
      return loading.parameters.stream()
          .map(parameter -> TensorSpec.of(parameter.name(), parameter.value()))
          .toList();
    } finally {
      loading.parameters.forEach(Parameter::close);
    }
  }

  /**
   * Builds a network whose parameters have a shape and no elements, for a {@link DryRun}.
   *
   * @param dtype the dtype of the network
   * @param network builds the network, reading its parameters
   * @param <T> the type of the network
   * @return the network on {@link DryRun#DEVICE}, which owns its parameters
   */
  public static <T> T withoutElements(DType dtype, Function<Weights, T> network) {
    return withoutElements(new SpecSource(dtype), dtype, network);
  }

  /**
   * Builds a network whose parameters have the shapes and stored dtypes of a source, and no
   * elements, for a {@link DryRun}. Int8 matrices stay in int8.
   *
   * @param source the source of the shapes
   * @param dtype the dtype of the network
   * @param network builds the network, reading its parameters
   * @param <T> the type of the network
   * @return the network on {@link DryRun#DEVICE}, which owns its parameters
   */
  public static <T> T withoutElements(
      WeightSource source, DType dtype, Function<Weights, T> network) {
    return load(source, dtype, DryRun.DEVICE, Storage.AS_STORED, network);
  }

  private static void requireComplete(Loading loading) {
    Set<String> unexpected = new TreeSet<>(loading.source.names());
    unexpected.removeAll(loading.read);
    List<String> problems = new ArrayList<>(loading.problems);
    unexpected.forEach(name -> problems.add("unexpected " + name));
    if (!problems.isEmpty()) {
      ForeignQuantization.problem(loading.source.description(), loading.source.names())
          .ifPresent(
              quantized -> {
                throw new CheckpointException(quantized);
              });
      int hidden = Math.max(0, problems.size() - SHOWN_PROBLEMS);
      throw new CheckpointException(
          loading.source.description()
              + " does not fit the network: "
              + String.join("; ", problems.subList(0, problems.size() - hidden))
              + (hidden > 0 ? "; and " + hidden + " more" : ""));
    }
  }

  /**
   * Returns a position below this one.
   *
   * @param part the next part of the path, which may contain dots
   * @return the position
   */
  public Weights at(String part) {
    return new Weights(loading, path + part + ".", asStored);
  }

  /**
   * Returns the position of a list element.
   *
   * @param index the index of the element
   * @return the position
   */
  public Weights at(int index) {
    return at(Integer.toString(index));
  }

  /**
   * Reads a parameter in its stored dtype. Meant for tables of which only few rows are used.
   *
   * @param name the last part of the path
   * @param shape the required shape
   * @return the parameter, owned by the caller
   */
  public Parameter table(String name, long... shape) {
    return read(name, shape, stored -> stored);
  }

  /**
   * Reads a matrix, or the kernels of a convolution, for a layer that multiplies by {@link
   * Parameter#operand}. With {@link Storage#AS_STORED}, large matrices stay in half precision, and
   * int8 matrices with a scale per output ({@code NAME_scale} in float32) stay in int8.
   *
   * @param name the last part of the path
   * @param shape the required shape
   * @return the parameter, owned by the caller
   */
  public Parameter matrix(String name, long... shape) {
    String full = path + name;
    if (loading.source.names().contains(full + QuantizedNames.SCALE)) {
      return rounded(full, shape);
    }
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    boolean kept = loading.keepsHalf() && elements >= LARGE_MATRIX;
    return loaded(
        full,
        () ->
            readOrPlaceholder(
                full, shape, stored -> kept && stored.bytes() == 2 ? stored : rounded(stored)),
        kept ? DType.FLOAT32 : null);
  }

  /** Reads an int8 parameter: kept in int8 for inference, dequantized otherwise. */
  private Parameter rounded(String full, long[] shape) {
    String scaleName = full + QuantizedNames.SCALE;
    loading.read.add(full);
    loading.read.add(scaleName);
    int known = loading.problems.size();
    Tensor scale = TensorScope.tidy(() -> scale(scaleName, shape[0]).to(loading.device));
    Tensor value = TensorScope.tidy(() -> bytes(full, shape).to(loading.device));
    Parameter stored = new Parameter(full, value, loading.dtype, scale);
    loading.parameters.add(stored);
    if (loading.storage == Storage.AS_STORED || loading.problems.size() > known) {
      return stored;
    }
    Tensor widened = TensorScope.tidy(() -> stored.operand().to(loading.dtype));
    Parameter converted = new Parameter(full, widened, loading.dtype, null);
    loading.parameters.set(loading.parameters.size() - 1, converted);
    stored.close();
    return converted;
  }

  private Tensor bytes(String full, long[] shape) {
    if (!loading.source.contains(full)) {
      return problem("missing " + full + " " + Arrays.toString(shape));
    }
    Tensor stored = loading.source.tensor(full, shape);
    return Arrays.equals(stored.shape(), shape) && stored.dtype() == DType.INT8
        ? stored
        : problem(full + " is " + stored + ", expected " + Arrays.toString(shape) + " int8");
  }

  private Tensor scale(String full, long outputs) {
    Tensor stored = loading.source.tensor(full, outputs);
    if (stored.dtype() != DType.FLOAT32 || !Arrays.equals(stored.shape(), new long[] {outputs})) {
      return problem(full + " is " + stored + ", expected [" + outputs + "] float32");
    }
    return Functional.allFinite(stored)
        ? stored.copy()
        : problem(full + " contains numbers that are not finite");
  }

  /**
   * Returns the same position with parameters not rounded: those stored in float32 stay in float32,
   * whatever the dtype of the network.
   *
   * @return the position
   */
  public Weights asStored() {
    return new Weights(loading, path, true);
  }

  /**
   * Returns whether a tensor exists.
   *
   * @param name the last part of the path
   * @return true if {@link #parameter} will find it
   */
  public boolean has(String name) {
    return loading.source.contains(path + name);
  }

  /**
   * Ignores an optional tensor, so that it is not reported as unexpected.
   *
   * @param name the last part of the path
   */
  public void ignore(String name) {
    loading.read.add(path + name);
  }

  /**
   * Reads one parameter.
   *
   * @param name the last part of the path
   * @param shape the required shape
   * @return the parameter, owned by the caller
   */
  public Parameter parameter(String name, long... shape) {
    return read(name, shape, this::rounded);
  }

  private DType rounded(DType stored) {
    return asStored && stored == DType.FLOAT32 ? DType.FLOAT32 : loading.dtype;
  }

  /**
   * Reads a tensor that a layer changes in place without training it, such as a moving average. It
   * shares no memory with other tensors.
   *
   * @param name the last part of the path
   * @param shape the required shape
   * @return the tensor with its name, owned by the caller
   */
  public Parameter buffer(String name, long... shape) {
    String full = path + name;
    return loaded(full, () -> readOrPlaceholder(full, shape, stored -> loading.dtype).copy(), null);
  }

  private Parameter read(String name, long[] shape, UnaryOperator<DType> dtype) {
    String full = path + name;
    return loaded(full, () -> readOrPlaceholder(full, shape, dtype), null);
  }

  /**
   * Registers a parameter. Layers compute in {@code operand}, or in the dtype of the value if it is
   * null.
   */
  private Parameter loaded(String full, Supplier<Tensor> read, @Nullable DType operand) {
    loading.read.add(full);
    Tensor value = TensorScope.tidy(read);
    Parameter parameter =
        new Parameter(full, value, operand == null ? value.dtype() : operand, null);
    loading.parameters.add(parameter);
    return parameter;
  }

  private Tensor readOrPlaceholder(String full, long[] shape, UnaryOperator<DType> dtype) {
    if (!loading.source.contains(full)) {
      return problem("missing " + full + " " + Arrays.toString(shape));
    }
    Tensor stored = loading.source.tensor(full, shape);
    if (!Arrays.equals(stored.shape(), shape)) {
      return problem(
          full
              + " has shape "
              + Arrays.toString(stored.shape())
              + ", expected "
              + Arrays.toString(shape));
    }
    if (!stored.dtype().isFloatingPoint()) {
      return problem(full + " has dtype " + stored.dtype() + ", expected floating point");
    }
    return stored.to(loading.device).to(dtype.apply(stored.dtype()));
  }

  /**
   * Records a problem and returns a placeholder, so that loading continues and finds all problems.
   */
  private Tensor problem(String text) {
    loading.problems.add(text);
    return Tensors.zeros(loading.dtype, Device.CPU, 0);
  }
}
