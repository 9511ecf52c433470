package dev.sana4j.gemma;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens with which many texts start, encoded once. A token never depends on later tokens, so the
 * outputs of the blocks for the prefix do not change. Later tokens only need its keys and values.
 */
public final class PrefixCache implements AutoCloseable {
  private static final String STATES = "states";

  private final Tensor states;
  private final List<KeyValues> blocks;

  /**
   * The keys and values of the prefix in one block.
   *
   * @param keys (1, key-value heads, P, D), rotated, float32
   * @param values (1, key-value heads, P, D), not rotated, float32
   */
  record KeyValues(Tensor keys, Tensor values) {}

  private PrefixCache(Tensor states, List<KeyValues> blocks) {
    this.states = states;
    this.blocks = blocks;
  }

  /**
   * Returns the number of tokens.
   *
   * @return P
   */
  public long length() {
    return states.size(1);
  }

  /**
   * Returns the encoder's output for the prefix.
   *
   * @return (1, P, width), float32, owned by this prefix
   */
  public Tensor states() {
    return states;
  }

  /**
   * Writes the prefix to a file that {@link GemmaEncoder#readPrefix} reads.
   *
   * @param file a safetensors file; replaced if it exists
   * @throws CheckpointException if the file cannot be written
   */
  public void write(Path file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(STATES, states);
    for (int i = 0; i < blocks.size(); i++) {
      tensors.put(keys(i), blocks.get(i).keys());
      tensors.put(values(i), blocks.get(i).values());
    }
    TensorScope.run(() -> SafetensorsWriter.write(file, tensors, Map.of()));
  }

  /** Reads a prefix of P tokens, to the CPU. */
  static PrefixCache read(Path file, GemmaConfig config, long length) {
    long[] shape = {1, config.keyValueHeads(), length, config.headWidth()};
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      List<Tensor> read =
          TensorScope.tidyAll(
              () -> {
                List<Tensor> tensors = new ArrayList<>();
                tensors.add(tensor(checkpoint, STATES, 1, length, config.width()));
                for (int i = 0; i < config.slidingLayers().size(); i++) {
                  tensors.add(tensor(checkpoint, keys(i), shape));
                  tensors.add(tensor(checkpoint, values(i), shape));
                }
                return tensors;
              });
      return ofTensors(read);
    }
  }

  private static Tensor tensor(Checkpoint checkpoint, String name, long... shape) {
    Tensor tensor = checkpoint.tensor(name);
    if (tensor.dtype() != DType.FLOAT32 || !Arrays.equals(tensor.shape(), shape)) {
      throw new CheckpointException(name + " is " + tensor + ", not " + Arrays.toString(shape));
    }
    return tensor.copy(); // copied, because the file may be deleted
  }

  private static String keys(int block) {
    return block + ".keys";
  }

  private static String values(int block) {
    return block + ".values";
  }

  /**
   * Creates a prefix from its tensors.
   *
   * @param tensors the states, then keys and values of each block
   */
  static PrefixCache ofTensors(List<Tensor> tensors) {
    tensors.forEach(Tensor::keep);
    List<KeyValues> blocks = new ArrayList<>();
    for (int i = 1; i < tensors.size(); i += 2) {
      blocks.add(new KeyValues(tensors.get(i), tensors.get(i + 1)));
    }
    return new PrefixCache(tensors.get(0), blocks);
  }

  KeyValues keyValues(int block) {
    return blocks.get(block);
  }

  @Override
  public void close() {
    states.close();
    for (KeyValues block : blocks) {
      block.keys().close();
      block.values().close();
    }
  }
}
