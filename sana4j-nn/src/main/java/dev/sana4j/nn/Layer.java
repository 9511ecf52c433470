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
 * @param <I> what it is applied to: a tensor, or a record of tensors
 */
public abstract class Layer<I> implements AutoCloseable {
  private final List<Parameter> own = new ArrayList<>();
  private final List<Layer<?>> children = new ArrayList<>();
  private final List<Tensor> derived = new ArrayList<>();
  private final List<Int8Product> products = new ArrayList<>();

  /** A layer without parameters yet. */
  protected Layer() {}

  /**
   * Takes ownership of a parameter.
   *
   * @param parameter read from the weights
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
   * @param <L> its type
   * @return the same layer
   */
  protected final <L extends Layer<?>> L own(L layer) {
    children.add(layer);
    return layer;
  }

  /**
   * Computes the result; everything else it makes is freed by {@link #apply}.
   *
   * @param input the argument
   * @return the result
   */
  protected abstract Tensor forward(I input);

  /**
   * Applies the layer.
   *
   * @param input the argument, which stays with its owner
   * @return the result, owned by the current scope
   */
  public final Tensor apply(I input) {
    return TensorScope.tidy(() -> forward(input));
  }

  /**
   * Applies layers one after the other. An intermediate result is closed once the next is made.
   *
   * @param layers in order
   * @param input of the first, which stays with its owner
   * @return the result of the last, or the input if there are no layers
   */
  public static Tensor chain(List<? extends Layer<Tensor>> layers, Tensor input) {
    return chain(input, input, layers.size(), (i, current) -> layers.get(i).apply(current));
  }

  /**
   * Applies steps one after the other. Everything but the result is closed once the next is made.
   *
   * @param first argument of the first step; closed too
   * @param count of steps
   * @param step makes the next tensor of its own number, from 0, and the tensor before
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
   * Whether the layer can be applied in bands of rows.
   *
   * @return the rows that a row of the result depends on; null if it may depend on all of them
   */
  public @Nullable RowReach reach() {
    return null;
  }

  /**
   * All parameters, those of the parts included.
   *
   * @return in the order they were read
   */
  public final List<Parameter> parameters() {
    return Stream.concat(
            own.stream(), children.stream().flatMap(layer -> layer.parameters().stream()))
        .toList();
  }

  /**
   * All affine maps, this layer and those of the parts included: the places where an {@link
   * Adapter} can be attached.
   *
   * @return by checkpoint path, the name of the weight without {@code .weight}, in the order they
   *     were read
   */
  public final Map<String, Linear> linears() {
    Map<String, Linear> found = new LinkedHashMap<>();
    collectLinears(found);
    return Collections.unmodifiableMap(found);
  }

  private void collectLinears(Map<String, Linear> found) {
    if (this instanceof Linear linear) {
      String weight = linear.weight().name();
      found.put(weight.substring(0, Math.max(0, weight.lastIndexOf('.'))), linear);
    }
    children.forEach(child -> child.collectLinears(found));
  }

  /**
   * Derives from the parameters what makes this layer and its parts faster, with the same results
   * but for rounding. The parameters must not change any more: not for networks that are trained.
   */
  public final void prepare() {
    children.forEach(Layer::prepare);
    if (derived.isEmpty()) {
      TensorScope.run(this::derive);
    }
  }

  /**
   * Rounds the weights of the large products of this layer and its parts to 8 bits, of which the
   * results are then made: on a processor, for bfloat16, and not for networks that are trained.
   */
  public final void quantize() {
    children.forEach(Layer::quantize);
    TensorScope.run(this::deriveInt8);
  }

  /** Makes what {@link #quantize} is to make of this layer alone; nothing, unless overridden. */
  protected void deriveInt8() {}

  /** Makes what {@link #prepare} is to make of this layer alone; nothing, unless overridden. */
  protected void derive() {}

  /**
   * Takes ownership of what {@link #derive} made.
   *
   * @param tensor made of the parameters
   * @return the same tensor, closed with this layer
   */
  protected final Tensor ownDerived(Tensor tensor) {
    derived.add(tensor.keep());
    return tensor;
  }

  /**
   * Takes ownership of what {@link #deriveInt8} made.
   *
   * @param product of a weight of this layer
   * @param <P> its type
   * @return the same, closed with this layer
   */
  protected final <P extends Int8Product> P ownDerived(P product) {
    products.add(product);
    return product;
  }

  /** Frees the parameters, and what was derived from them. */
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
