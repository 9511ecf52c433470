package dev.sana4j.folder;

import dev.sana4j.files.Remedy;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.SafetensorsHeader;
import dev.sana4j.weights.ShardIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A model in the diffusers layout: {@code model_index.json} and a folder for each part. */
public final class ModelFolder {
  private static final String CONFIG = "config.json";

  private final Path root;
  private final ConfigFile index;

  private ModelFolder(Path root, ConfigFile index) {
    this.root = root;
    this.index = index;
  }

  /** A part of a model that has a folder of its own. */
  public enum Part {
    /** Text to token ids; no weights. */
    TOKENIZER("tokenizer", "tokenizer.json", "", ".*"),
    /** Token ids to text embeddings. */
    TEXT_ENCODER("text_encoder", CONFIG, "model", "Gemma2Model|Gemma2ForCausalLM"),
    /** The denoiser. */
    TRANSFORMER("transformer", CONFIG, "diffusion_pytorch_model", "SanaTransformer2DModel"),
    /** Images to latents and back. */
    VAE("vae", CONFIG, "diffusion_pytorch_model", "AutoencoderDC"),
    /** The sampler's settings; no weights. */
    SCHEDULER("scheduler", "scheduler_config.json", "", ".*"),
    /** Steers the transformer by an image. */
    CONTROLNET("controlnet", CONFIG, "diffusion_pytorch_model", "SanaControlNetModel");

    private final String folder;
    private final String settings;
    private final String weights;
    private final String classes;

    Part(String folder, String settings, String weights, String classes) {
      this.folder = folder;
      this.settings = settings;
      this.weights = weights;
      this.classes = classes;
    }

    /**
     * Its folder.
     *
     * @return for example {@code text_encoder}
     */
    public String folder() {
      return folder;
    }

    /**
     * What its weight files are called, before {@code .safetensors}.
     *
     * @return for example {@code diffusion_pytorch_model}; empty for a part without weights
     */
    public String weights() {
      return weights;
    }
  }

  /**
   * What the weights of a part are.
   *
   * @param part which part
   * @param className class in {@code model_index.json}
   * @param parameters how many numbers; 0 for a part without weights
   * @param bytes size of the tensors
   * @param bytesByDtype the same by dtype, as the files name it
   * @param files how many weight files
   */
  public record PartContents(
      Part part,
      String className,
      long parameters,
      long bytes,
      Map<String, Long> bytesByDtype,
      int files) {}

  /**
   * Opens a folder.
   *
   * @param root holds {@code model_index.json}
   * @return the model
   * @throws ModelException if it is not a model folder
   */
  public static ModelFolder open(Path root) {
    if (!Files.exists(root)) {
      throw new ModelException("there is no folder " + root + "; give a model folder")
          .with(Remedy.MODEL);
    }
    Path index = root.resolve("model_index.json");
    if (!Files.isRegularFile(index)) {
      throw new ModelException(
          root + " is not a model folder: it has no model_index.json (diffusers layout)");
    }
    return new ModelFolder(root, ConfigFile.read(index));
  }

  /**
   * Where it is.
   *
   * @return the folder
   */
  public Path root() {
    return root;
  }

  /**
   * The pipeline it was made for.
   *
   * @return for example {@code SanaSprintPipeline}
   */
  public String pipelineClass() {
    return index.text("_class_name");
  }

  /**
   * Whether the model was trained with the complex human instruction before its prompts.
   *
   * @return the index's {@code complex_human_instruction}; true if it says nothing
   */
  public boolean instruction() {
    return index.flag("complex_human_instruction", true);
  }

  /**
   * The folder of a part.
   *
   * @param part which part
   * @return an existing folder
   * @throws ModelException if it is missing
   */
  public Path path(Part part) {
    Path folder = root.resolve(part.folder);
    if (!Files.isDirectory(folder)) {
      throw new ModelException(
          root + " has no " + part.folder + "/ folder; is the download complete?");
    }
    String className = className(part);
    if (!className.matches(part.classes)) {
      throw new ModelException(
          root
              + ": "
              + part.folder
              + " is a "
              + className
              + ", sana4j needs "
              + part.classes.replace("|", " or "));
    }
    return folder;
  }

  /**
   * Whether the model has a part.
   *
   * @param part which part
   * @return true if {@code model_index.json} names it
   */
  public boolean has(Part part) {
    return index.has(part.folder)
        && !index.isListOfNull(part.folder)
        && index.texts(part.folder).size() == 2;
  }

  /**
   * The class a part has in {@code model_index.json}.
   *
   * @param part which part
   * @return for example {@code SCMScheduler}
   * @throws ModelException if the index does not name the part
   */
  public String className(Part part) {
    if (!has(part)) {
      throw new ModelException(root + ": model_index.json names no " + part.folder);
    }
    return index.texts(part.folder).get(1);
  }

  /**
   * What every part holds, from the headers of its files; no weights are read.
   *
   * @return the parts that {@code model_index.json} names, in the order of {@link Part}
   */
  public List<PartContents> contents() {
    return contents(DType.FLOAT32);
  }

  /**
   * What every part holds, as {@link #contents()}.
   *
   * @param wanted of several variants of the weights, those that are read for this dtype
   * @return the parts that {@code model_index.json} names, in the order of {@link Part}
   */
  public List<PartContents> contents(DType wanted) {
    List<PartContents> contents = new ArrayList<>();
    for (Part part : Part.values()) {
      if (has(part)) {
        contents.add(contents(part, wanted));
      }
    }
    return contents;
  }

  /**
   * What is not there of the parts that {@code model_index.json} names, as after a download that
   * was cut; no weights are read.
   *
   * @return one line about the first thing that is missing
   */
  public Optional<String> missing() {
    for (Part part : Part.values()) {
      if (has(part)) {
        try {
          requireFiles(path(part), part);
        } catch (ModelException | CheckpointException e) {
          return Optional.of(String.valueOf(e.getMessage()));
        }
      }
    }
    return Optional.empty();
  }

  private static void requireFiles(Path folder, Part part) {
    if (!Files.isRegularFile(folder.resolve(part.settings))) {
      throw new ModelException(folder + " has no " + part.settings);
    }
    if (!part.weights.isEmpty()) {
      var unused = weightFiles(folder, part, DType.FLOAT32);
    }
  }

  /** Whether a folder holds one network alone, such as an autoencoder, whole. */
  public static boolean isNetwork(Path folder) {
    for (Part part : List.of(Part.VAE, Part.TEXT_ENCODER)) {
      try {
        requireFiles(folder, part);
        return true;
      } catch (ModelException | CheckpointException e) {
        // Perhaps the other one.
      }
    }
    return false;
  }

  /**
   * What most of the transformer's weights are stored in; of several variants, in the one without a
   * name.
   *
   * @return float32, bfloat16, float16, or int8 for quantized weights
   */
  public DType storedDtype() {
    String stored =
        contents(Part.TRANSFORMER, DType.FLOAT32).bytesByDtype().entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse("F32");
    return switch (stored) {
      case "BF16" -> DType.BFLOAT16;
      case "F16" -> DType.FLOAT16;
      case "I8" -> DType.INT8;
      default -> DType.FLOAT32;
    };
  }

  /**
   * Whether there are weights of the transformer in bfloat16 beside others.
   *
   * @return true if the folder has a variant of that name
   */
  public boolean hasBfloat16Variant() {
    Part part = Part.TRANSFORMER;
    Path found = Checkpoint.find(path(part), part.weights, DType.BFLOAT16);
    return found.getFileName().toString().contains(".bf16.");
  }

  private PartContents contents(Part part, DType wanted) {
    List<Path> files = part.weights.isEmpty() ? List.of() : weightFiles(path(part), part, wanted);
    Map<String, Long> bytesByDtype = new TreeMap<>();
    long parameters = 0;
    long bytes = 0;
    for (Path file : files) {
      for (SafetensorsHeader.Entry entry : SafetensorsHeader.read(file).entries().values()) {
        parameters += entry.shape().stream().reduce(1L, (a, b) -> a * b);
        bytes += entry.byteCount();
        bytesByDtype.merge(entry.dtype(), entry.byteCount(), Long::sum);
      }
    }
    return new PartContents(part, className(part), parameters, bytes, bytesByDtype, files.size());
  }

  private static List<Path> weightFiles(Path folder, Part part, DType wanted) {
    Path found = Checkpoint.find(folder, part.weights, wanted);
    return found.toString().endsWith(".json") ? ShardIndex.read(found).shards() : List.of(found);
  }
}
