package dev.sana4j.convert;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorNames.Link;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.WeightSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Tensors of a file under other names, split or joined when they are read. */
final class NamedTensors implements WeightSource {
  private static final int SHOWN_PROBLEMS = 5;

  private final String description;
  private final Map<String, Named> tensors = new LinkedHashMap<>();

  /** A tensor's name, dtype and shape, and the function that reads it. */
  private record Named(TensorSpec spec, Supplier<Tensor> tensor) {}

  NamedTensors(String description) {
    this.description = description;
  }

  /** Returns the tensors of a file under their own names. */
  static NamedTensors of(WeightSource source, Iterable<TensorSpec> specs) {
    NamedTensors named = new NamedTensors(source.description());
    for (TensorSpec spec : specs) {
      named.put(spec, () -> source.tensor(spec.name()));
    }
    return named;
  }

  /** Returns the tensors of a source that must be read to know their dtypes and shapes. */
  static NamedTensors of(WeightSource source) {
    return of(source, source.names().stream().map(name -> spec(source, name)).toList());
  }

  private static TensorSpec spec(WeightSource source, String name) {
    return TensorScope.compute(
        () -> {
          Tensor tensor = source.tensor(name);
          return new TensorSpec(
              name, tensor.dtype(), Arrays.stream(tensor.shape()).boxed().toList());
        });
  }

  /** Returns the size of a dimension, at least 1; throws if the tensor has no such dimension. */
  long size(String tensor, int dimension) {
    List<Long> shape = spec(tensor).shape();
    if (dimension >= shape.size() || shape.get(dimension) < 1) {
      throw problem("'%s' has the shape %s".formatted(tensor, shape));
    }
    return shape.get(dimension);
  }

  void put(TensorSpec spec, Supplier<Tensor> tensor) {
    tensors.put(spec.name(), new Named(spec, tensor));
  }

  /** Returns the same tensors without a prefix that all names have. */
  NamedTensors withoutPrefix(String prefix) {
    NamedTensors renamed = new NamedTensors(description);
    for (Named named : tensors.values()) {
      TensorSpec spec = named.spec();
      renamed.put(
          new TensorSpec(spec.name().substring(prefix.length()), spec.dtype(), spec.shape()),
          named.tensor());
    }
    return renamed;
  }

  /** Adds the tensors of another object; tensors with the same name must be equal. */
  void putAll(NamedTensors other) {
    for (String name : other.names()) {
      if (contains(name) && !isSame(tensor(name), other.tensor(name))) {
        throw problem("'" + name + "' differs in " + other.description());
      }
    }
    other.tensors.forEach(tensors::putIfAbsent);
  }

  private static boolean isSame(Tensor ours, Tensor theirs) {
    try (ours;
        theirs) {
      return ours.dtype() == theirs.dtype()
          && Arrays.equals(ours.shape(), theirs.shape())
          && TensorScope.<Boolean>compute(() -> ours.sub(theirs).abs().sum().item() == 0);
    }
  }

  /** Adds the converted parts of an original tensor. */
  void putConverted(NamedTensors source, Link link) {
    TensorSpec whole = source.spec(link.original());
    List<Long> shape = link.pointwise() ? withoutKernel(whole) : whole.shape();
    int parts = link.converted().size();
    boolean divides = parts == 1 || (!shape.isEmpty() && shape.get(0) % parts == 0);
    if (!divides) {
      throw problem(
          "'%s' of shape %s does not divide into %d".formatted(whole.name(), whole.shape(), parts));
    }
    for (int i = 0; i < parts; i++) {
      List<Long> sizes = new ArrayList<>(shape);
      if (parts > 1) {
        sizes.set(0, shape.get(0) / parts);
      }
      long[] reshaped = array(sizes);
      int part = i;
      put(
          new TensorSpec(link.converted().get(i), whole.dtype(), sizes),
          () -> part(source.tensor(link.original()), part, parts).reshape(reshaped));
    }
  }

  private static Tensor part(Tensor whole, int index, int parts) {
    if (parts == 1) {
      return whole;
    }
    long rows = whole.size(0) / parts;
    return whole.narrow(0, index * rows, rows);
  }

  private List<Long> withoutKernel(TensorSpec tensor) {
    List<Long> shape = tensor.shape();
    if (shape.size() != 4 || shape.get(2) != 1 || shape.get(3) != 1) {
      throw problem(
          "'%s' of shape %s is not a pointwise convolution".formatted(tensor.name(), shape));
    }
    return shape.subList(0, 2);
  }

  /** Adds the original tensor, joined from its converted parts. */
  void putOriginal(NamedTensors source, Link link) {
    List<TensorSpec> parts = link.converted().stream().map(source::spec).toList();
    TensorSpec first = parts.get(0);
    for (TensorSpec part : parts) {
      if (!part.shape().equals(first.shape()) || part.dtype() != first.dtype()) {
        throw problem(part + " does not fit " + first);
      }
    }
    List<Long> shape = new ArrayList<>(first.shape());
    if (parts.size() > 1) {
      shape.set(0, parts.size() * shape.get(0));
    }
    if (link.pointwise()) {
      shape.addAll(List.of(1L, 1L));
    }
    put(
        new TensorSpec(link.original(), first.dtype(), shape),
        () -> joined(source, link.converted()).reshape(array(shape)));
  }

  private static Tensor joined(NamedTensors source, List<String> parts) {
    return parts.size() == 1
        ? source.tensor(parts.get(0))
        : Tensors.cat(parts.stream().map(part -> source.tensor(part)).toList(), 0);
  }

  private static long[] array(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Returns the name, dtype and shape of a tensor. */
  TensorSpec spec(String name) {
    return named(name).spec();
  }

  /** Returns the specs of all tensors in the order in which they were added. */
  List<TensorSpec> specs() {
    return tensors.values().stream().map(Named::spec).toList();
  }

  /** Returns the specs with floating-point tensors in another dtype. */
  List<TensorSpec> specs(DType dtype) {
    return specs().stream()
        .map(
            spec ->
                spec.dtype().isFloatingPoint()
                    ? new TensorSpec(spec.name(), dtype, spec.shape())
                    : spec)
        .toList();
  }

  /**
   * Returns the elements for a writer, in the requested dtype, and reports the bytes of each piece.
   */
  SafetensorsWriter.Elements elements(LongConsumer progress) {
    return (tensor, start, count) -> {
      progress.accept(count * tensor.dtype().bytes());
      return tensor(tensor.name()).reshape(-1).narrow(0, start, count).to(tensor.dtype());
    };
  }

  /**
   * Throws if names or shapes differ from those that a network reads.
   *
   * @param expected the tensors of the network
   */
  void requireFit(List<TensorSpec> expected) {
    Map<String, List<Long>> unexpected = new LinkedHashMap<>();
    specs().forEach(spec -> unexpected.put(spec.name(), spec.shape()));
    List<String> problems = new ArrayList<>();
    for (TensorSpec spec : expected) {
      List<Long> shape = unexpected.remove(spec.name());
      if (shape == null) {
        problems.add("missing " + spec.name() + " " + spec.shape());
      } else if (!shape.equals(spec.shape())) {
        problems.add(spec.name() + " has shape " + shape + ", expected " + spec.shape());
      }
    }
    unexpected.keySet().forEach(name -> problems.add("unexpected " + name));
    if (!problems.isEmpty()) {
      List<String> shown = problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()));
      throw problem(
          "does not fit the network: "
              + String.join("; ", shown)
              + (shown.size() < problems.size() ? "; and more" : ""));
    }
  }

  private Named named(String name) {
    Named named = tensors.get(name);
    if (named == null) {
      throw problem("there is no tensor '" + name + "'");
    }
    return named;
  }

  private CheckpointException problem(String problem) {
    return new CheckpointException(description + ": " + problem);
  }

  @Override
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public Tensor tensor(String name, long... shape) {
    Named named = named(name);
    return TensorScope.tidy(named.tensor());
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public String description() {
    return description;
  }
}
