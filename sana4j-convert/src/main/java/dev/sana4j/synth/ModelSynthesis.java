package dev.sana4j.synth;

import dev.sana4j.files.AtomicFolder;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.ModelIndex;
import dev.sana4j.synth.SyntheticModel.Weighted;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Generator;
import dev.sana4j.text.ComplexHumanInstruction;
import dev.sana4j.text.TokenizerTrainer;
import dev.sana4j.weights.ConfigWriter;
import dev.sana4j.weights.Distribution;
import dev.sana4j.weights.ShardWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a model folder with random weights. It opens and runs as one of the public models does,
 * with the same time and memory, but its images show nothing.
 *
 * <p>Weights are drawn piece by piece while they are written, so the memory does not depend on the
 * size of the model. Their scale is that of a new network ({@link Distribution#byFanIn}, norms
 * neutral), so that activations neither explode nor vanish. The tokenizer has the words of the
 * complex human instruction as tokens and falls back to bytes, so its sequences are about as long
 * as those of the public tokenizer.
 *
 * @param model the sizes
 * @param dtype of all weights: float32, bfloat16 or float16
 * @param seed the same seed writes the same files; in another dtype, the same numbers rounded
 * @param shardBytes largest size of a weight file
 */
public record ModelSynthesis(SyntheticModel model, DType dtype, long seed, long shardBytes) {
  /**
   * Uses weight files as large as those of the Hugging Face libraries.
   *
   * @param model the sizes
   * @param dtype of all weights: float32, bfloat16 or float16
   * @param seed the same seed writes the same files
   */
  public ModelSynthesis(SyntheticModel model, DType dtype, long seed) {
    this(model, dtype, seed, ShardWriter.MOST_BYTES);
  }

  /** Receives the progress of the writing. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called after each piece.
     *
     * @param part part whose weights are written
     * @param done bytes of all weights written so far
     * @param total bytes of all weights
     */
    void onWritten(Part part, long done, long total);
  }

  /**
   * Writes the folder, which appears when it is complete.
   *
   * @param target the folder to make
   * @param listener receives the progress
   * @throws dev.sana4j.files.FileException if the folder exists, the disk has too little space, it
   *     cannot be written, or the parts do not fit each other
   */
  public void write(Path target, Listener listener) {
    List<Weighted> parts = model.parts(dtype);
    long bytes = parts.stream().mapToLong(Weighted::bytes).sum();
    AtomicFolder.create(target, bytes, folder -> writeInto(folder, parts, listener));
  }

  /** Writes the small files first, so that parts that do not fit each other are rejected early. */
  private void writeInto(Path folder, List<Weighted> parts, Listener listener) throws IOException {
    ModelIndex.write(folder, model.sampler(), true);
    for (Weighted part : parts) {
      Path partFolder = Files.createDirectories(folder.resolve(part.part().folder()));
      ConfigWriter.write(partFolder.resolve("config.json"), part.settings());
    }
    writeTokenizer(folder.resolve(Part.TOKENIZER.folder()));
    ModelConfig.read(ModelFolder.open(folder));
    writeWeights(folder, parts, listener);
  }

  /** The text is used twice, because the trainer makes no token of what occurs only once. */
  private void writeTokenizer(Path folder) {
    String text = ComplexHumanInstruction.text();
    int vocabulary = Math.min(model.textEncoder().vocabulary(), TokenizerTrainer.MAX_VOCABULARY);
    TokenizerTrainer.train(Stream.of(text, text), vocabulary, folder);
  }

  private void writeWeights(Path folder, List<Weighted> parts, Listener listener) {
    long total = parts.stream().mapToLong(Weighted::bytes).sum();
    long[] done = {0};
    try (Generator generator = new Generator(seed)) {
      for (Weighted part : parts) {
        FreshElements elements =
            new FreshElements(
                generator,
                part.part() == Part.TEXT_ENCODER ? FreshElements::ofGemma : Distribution::byFanIn,
                bytes -> listener.onWritten(part.part(), done[0] += bytes, total));
        ShardWriter.write(
            folder.resolve(part.part().folder()),
            part.part().weights(),
            part.tensors(),
            shardBytes,
            elements);
      }
    }
  }
}
