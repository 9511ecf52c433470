package dev.sana4j.weights;

import dev.sana4j.files.QuotedText;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of one safetensors file, or of the shards of an index, mapped into memory.
 *
 * <p>Files may be larger than 2 GiB. A tensor is a view of the mapping if it is aligned in the
 * file, and a copy otherwise. Tensors stay valid after the checkpoint is closed.
 */
public final class Checkpoint implements WeightSource, AutoCloseable {
  private final Path origin;
  private final Map<String, Stored> stored = new LinkedHashMap<>();
  private final List<Tensor> mappings = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** The position of a tensor. */
  private record Stored(Tensor mapping, SafetensorsHeader.Entry entry) {}

  private Checkpoint(Path origin) {
    this.origin = origin;
  }

  /**
   * Opens a safetensors file or a {@code *.safetensors.index.json}.
   *
   * @param file a file of either kind
   * @return the checkpoint; the caller closes it
   * @throws CheckpointException if a file is missing, damaged or does not match the index
   */
  public static Checkpoint open(Path file) {
    Checkpoint checkpoint = new Checkpoint(file);
    try {
      if (file.getFileName().toString().endsWith(".json")) {
        checkpoint.addShards(ShardIndex.read(file));
      } else {
        checkpoint.add(file);
      }
      return checkpoint;
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /**
   * Finds the weights of a model part, sharded or not. If a folder contains several variants, the
   * one with the wanted dtype is preferred, because it can be used without a copy. A variant of
   * which a file is missing is used only if no other one is complete; opening it then names the
   * missing file.
   *
   * @param folder for example {@code transformer/}
   * @param baseName for example {@code diffusion_pytorch_model}
   * @param wanted the dtype of the network
   * @return the index of the shards, or the single file
   * @throws CheckpointException if neither exists; it names other weights in the folder
   */
  public static Path find(Path folder, String baseName, DType wanted) {
    return WeightVariants.find(folder, baseName, wanted);
  }

  private void add(Path file) {
    SafetensorsHeader header = SafetensorsHeader.read(file);
    Tensor mapping = TensorScope.tidy(() -> Tensors.mapFile(file, header.fileSize())).keep();
    mappings.add(mapping);
    metadata.putAll(header.metadata());
    for (SafetensorsHeader.Entry entry : header.entries().values()) {
      if (stored.put(entry.name(), new Stored(mapping, entry)) != null) {
        throw new CheckpointException(
            file + ": tensor " + QuotedText.clip(entry.name()) + " is in two shards");
      }
    }
  }

  private void addShards(ShardIndex index) {
    index.shards().forEach(this::add);
    if (!stored.keySet().equals(index.shardOf().keySet())) {
      throw new CheckpointException(
          origin + " does not list the tensors that its shards contain; is the download complete?");
    }
  }

  /**
   * Reads one tensor.
   *
   * @param name the full name
   * @param shape ignored; the result has the stored shape
   * @return a view of the file, or a copy if the tensor is not aligned in the file
   */
  @Override
  public Tensor tensor(String name, long... shape) {
    Stored place = stored.get(name);
    if (place == null) {
      throw new CheckpointException(origin + ": tensor " + name + " does not exist");
    }
    return TensorScope.tidy(() -> view(place));
  }

  private Tensor view(Stored place) {
    SafetensorsHeader.Entry entry = place.entry();
    DType dtype = SafetensorsTypes.dtype(origin, entry);
    Tensor bytes = place.mapping().narrow(0, entry.offset(), entry.byteCount());
    Tensor aligned = entry.offset() % dtype.bytes() == 0 ? bytes : bytes.copy();
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    // libtorch must not see a view, since a view would keep the whole mapping open.
    return Tensors.empty(dtype, Device.CPU, 0)
        .shareMemory_(aligned.reinterpret(dtype).reshape(shape));
  }

  /**
   * Returns the texts in the header.
   *
   * @return an unmodifiable map, often {@code {format=pt}}
   */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public boolean contains(String name) {
    return stored.containsKey(name);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(stored.keySet());
  }

  @Override
  public String description() {
    return origin.toString();
  }

  /** Releases the mappings. Tensors created from them stay valid. */
  @Override
  public void close() {
    mappings.forEach(Tensor::close);
    mappings.clear();
    stored.clear();
  }
}
