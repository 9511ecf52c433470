package dev.sana4j.nn;

import dev.sana4j.tensor.Int8Product;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A function with parameters.
 *
 * @param <I> the type of the input: a tensor, or a record of tensors
 */
public abstract class Layer<I> implements AutoCloseable {
  private final List<Parameter> own = new ArrayList<>();
  private final List<Layer<?>> children = new ArrayList<>();
  private final List<Tensor> derived = new ArrayList<>();
  private final List<Int8Product> products = new ArrayList<>();

  /** Creates a layer without parameters. */
  protected Layer() {}

  /**
   * Takes ownership of a parameter.
   *
   * @param parameter a parameter read from the weights
   * @return the same parameter
   */
  protected final Parameter own(Parameter parameter) {
    own.add(parameter);
    return parameter;
  }

  /**
   * Takes ownership of a layer that this one applies.
   *
   * @param layer a part of this layer
   * @param <L> the type of the layer
   * @return the same layer
   */
  protected final <L extends Layer<?>> L own(L layer) {
    children.add(layer);
    return layer;
  }

  /**
   * Computes the result. {@link #apply} frees all other tensors that it creates.
   *
   * @param input the input
   * @return the result
   */
  protected abstract Tensor forward(I input);

  /**
   * Applies the layer.
   *
   * @param input the input, which stays with its owner
   * @return the result, owned by the current scope
   */
  public final Tensor apply(I input) {
    return TensorScope.tidy(() -> forward(input));
  }

  /**
   * Applies layers one after the other. An intermediate result is closed when the next one exists.
   *
   * @param layers the layers in order
   * @param input the input of the first layer, which stays with its owner
   * @return the result of the last layer, or the input if there are no layers
   */
  public static Tensor chain(List<? extends Layer<Tensor>> layers, Tensor input) {
    return chain(input, input, layers.size(), (i, current) -> layers.get(i).apply(current));
  }

  /**
   * Applies steps one after the other. Each intermediate tensor is closed when the next one exists.
   *
   * @param first the argument of the first step; closed too
   * @param count the number of steps
   * @param step computes the next tensor from the number of the step, from 0, and the previous
   *     tensor
   * @return the result of the last step, owned by the current scope
   */
  public static Tensor chain(Tensor first, int count, BiFunction<Integer, Tensor, Tensor> step) {
    return chain(null, first, count, step);
  }

  private static Tensor chain(
      @Nullable Tensor kept, Tensor first, int count, BiFunction<Integer, Tensor, Tensor> step) {
    Tensor current = first;
    for (int i = 0; i < count; i++) {
      Tensor next = step.apply(i, current);
      if (current != next && current != kept) {
        current.close();
      }
      current = next;
    }
    return current;
  }

  /**
   * Returns which rows of the input a row of the result depends on. It allows applying the layer in
   * bands of rows.
   *
   * @return the dependency; null if a row may depend on all rows
   */
  public @Nullable RowReach reach() {
    return null;
  }

  /**
   * Returns all parameters, including those of the parts.
   *
   * @return the parameters in the order they were read
   */
  public final List<Parameter> parameters() {
    return Stream.concat(
            own.stream(), children.stream().flatMap(layer -> layer.parameters().stream()))
        .toList();
  }

  /**
   * Returns all affine maps, this layer and those of the parts included. An {@link Adapter} can be
   * attached to each.
   *
   * @return the linear layers and the 1x1 convolutions by checkpoint path, which is the name of the
   *     weight without {@code .weight}, in the order they were read
   */
  public final Map<String, AffineMap> affineMaps() {
    Map<String, AffineMap> found = new LinkedHashMap<>();
    collectAffineMaps(found);
    return Collections.unmodifiableMap(found);
  }

  private void collectAffineMaps(Map<String, AffineMap> found) {
    if (this instanceof Linear
        || (this instanceof Conv2d convolution && convolution.isPointwise())) {
      AffineMap map = (AffineMap) this;
      String weight = map.weight().name();
      found.put(weight.substring(0, Math.max(0, weight.lastIndexOf('.'))), map);
    }
    children.forEach(child -> child.collectAffineMaps(found));
  }

  /**
   * Derives tensors from the parameters that make this layer and its parts faster. Results stay the
   * same except for rounding. The parameters must not change afterwards, so do not call it on a
   * network that is trained.
   */
  public final void prepare() {
    children.forEach(Layer::prepare);
    if (derived.isEmpty()) {
      TensorScope.run(this::derive);
    }
  }

  /**
   * Rounds the weights of the large products of this layer and its parts to 8 bits and uses them
   * from then on. Only for bfloat16 on a CPU, and not for networks that are trained.
   */
  public final void quantize() {
    children.forEach(Layer::quantize);
    TensorScope.run(this::deriveInt8);
  }

  /**
   * Derives the 8-bit products of {@link #quantize} for this layer without its parts. Does nothing
   * by default.
   */
  protected void deriveInt8() {}

  /**
   * Derives the tensors of {@link #prepare} for this layer without its parts. Does nothing by
   * default.
   */
  protected void derive() {}

  /**
   * Takes ownership of a tensor created by {@link #derive}.
   *
   * @param tensor a tensor computed from the parameters
   * @return the same tensor; it is closed with this layer
   */
  protected final Tensor ownDerived(Tensor tensor) {
    derived.add(tensor.keep());
    return tensor;
  }

  /**
   * Takes ownership of a product created by {@link #deriveInt8}.
   *
   * @param product a product with a weight of this layer
   * @param <P> the type of the product
   * @return the same product; it is closed with this layer
   */
  protected final <P extends Int8Product> P ownDerived(P product) {
    products.add(product);
    return product;
  }

  /** Frees the parameters and the tensors derived from them. */
  @Override
  public final void close() {
    own.forEach(Parameter::close);
    derived.forEach(Tensor::close);
    derived.clear();
    products.forEach(Int8Product::close);
    products.clear();
    children.forEach(Layer::close);
  }
}
