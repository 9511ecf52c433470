package dev.sana4j.folder;

import dev.sana4j.files.Remedy;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model in the diffusers layout: {@code model_index.json} and a folder for each part. */
public final class ModelFolder {
  private static final String CONFIG = NetworkFolder.CONFIG;

  private final Path root;
  private final ConfigFile index;
  private final Map<Part, Path> replaced;

  private ModelFolder(Path root, ConfigFile index, Map<Part, Path> replaced) {
    this.root = root;
    this.index = index;
    this.replaced = replaced;
  }

  /** A part of a model. Each part has its own folder. */
  public enum Part {
    /** Converts text to token ids; has no weights. */
    TOKENIZER("tokenizer", "tokenizer.json", "", ".*"),
    /** Converts token ids to text embeddings. */
    TEXT_ENCODER("text_encoder", CONFIG, "model", "Gemma2Model|Gemma2ForCausalLM"),
    /** The denoiser. */
    TRANSFORMER("transformer", CONFIG, "diffusion_pytorch_model", "SanaTransformer2DModel"),
    /** Converts images to latents and back. */
    VAE("vae", CONFIG, "diffusion_pytorch_model", "AutoencoderDC"),
    /** The settings of the sampler; has no weights. */
    SCHEDULER("scheduler", "scheduler_config.json", "", ".*"),
    /** Steers the transformer with a control image. */
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
     * Returns the name of the part's folder.
     *
     * @return for example {@code text_encoder}
     */
    public String folder() {
      return folder;
    }

    /**
     * Returns the base name of the part's weight files, without {@code .safetensors}.
     *
     * @return for example {@code diffusion_pytorch_model}; empty for a part without weights
     */
    public String weights() {
      return weights;
    }

    /** Returns the name of the file with the part's settings. */
    String settings() {
      return settings;
    }

    /** Returns whether a class is supported for this part. */
    boolean supports(String className) {
      return className.matches(classes);
    }
  }

  /**
   * A summary of a part's weights.
   *
   * @param part the part
   * @param className the class in {@code model_index.json}
   * @param parameters the number of parameters; 0 for a part without weights
   * @param bytes the size of all tensors in bytes
   * @param bytesByDtype the size in bytes by dtype, with the dtype's name in the files
   * @param files the number of weight files
   */
  public record PartContents(
      Part part,
      String className,
      long parameters,
      long bytes,
      Map<String, Long> bytesByDtype,
      int files) {}

  /**
   * Opens a model folder.
   *
   * @param root a folder with {@code model_index.json}
   * @return the model
   * @throws ModelException if the folder does not exist or has no {@code model_index.json}
   */
  public static ModelFolder open(Path root) {
    if (!Files.exists(root)) {
      throw new ModelException("there is no folder " + root + "; expected a model folder")
          .with(Remedy.MODEL);
    }
    Path index = root.resolve("model_index.json");
    if (!Files.isRegularFile(index)) {
      throw new ModelException(
          root + " is not a model folder: it does not contain model_index.json (diffusers layout)");
    }
    return new ModelFolder(root, ConfigFile.read(index), Map.of());
  }

  /**
   * Returns the same model with another part.
   *
   * @param part the part to replace
   * @param folder the folder of the other part
   * @return the model; its root is unchanged
   */
  public ModelFolder with(Part part, Path folder) {
    Map<Part, Path> parts = new EnumMap<>(Part.class);
    parts.putAll(replaced);
    parts.put(part, folder);
    return new ModelFolder(root, index, parts);
  }

  /**
   * Returns the path of the model folder.
   *
   * @return the folder
   */
  public Path root() {
    return root;
  }

  /**
   * Returns the name of the pipeline class that the model was made for.
   *
   * @return for example {@code SanaSprintPipeline}
   */
  public String pipelineClass() {
    return index.text("_class_name");
  }

  /**
   * Returns whether the model was trained with the complex human instruction before its prompts.
   *
   * @return the value of {@code complex_human_instruction} in the index; true by default
   */
  public boolean instruction() {
    return index.flag("complex_human_instruction", true);
  }

  /**
   * Returns the folder of a part and checks its class.
   *
   * @param part the part
   * @return an existing folder
   * @throws ModelException if the folder is missing or the part has an unsupported class
   */
  public Path path(Part part) {
    Path folder = replaced.getOrDefault(part, root.resolve(part.folder));
    if (!Files.isDirectory(folder)) {
      throw new ModelException(
          root + " does not contain the folder " + part.folder + "/; is the download complete?");
    }
    requireClass(part);
    return folder;
  }

  private void requireClass(Part part) {
    String className = className(part);
    if (!isSupported(part)) {
      throw new ModelException(
          root
              + ": "
              + part.folder
              + " is a "
              + className
              + ", but sana4j needs "
              + part.classes.replace("|", " or "));
    }
  }

  /**
   * Returns whether the model has a part.
   *
   * @param part the part
   * @return true if {@code model_index.json} names it
   */
  public boolean has(Part part) {
    return replaced.containsKey(part)
        || (index.has(part.folder)
            && !index.isListOfNull(part.folder)
            && index.texts(part.folder).size() == 2);
  }

  /**
   * Returns the names of all parts, including those that sana4j does not know.
   *
   * @return the keys of {@code model_index.json} that name a library and a class
   */
  public List<String> parts() {
    return index.keys().stream()
        .filter(key -> !key.startsWith("_") && index.isList(key) && !index.isListOfNull(key))
        .toList();
  }

  /**
   * Returns whether sana4j supports the class of a part.
   *
   * @param part the part
   * @return true if {@link #path} accepts it
   */
  public boolean isSupported(Part part) {
    return part.supports(className(part));
  }

  /**
   * Returns the class of a part in {@code model_index.json}.
   *
   * @param part the part
   * @return for example {@code SCMScheduler}
   * @throws ModelException if the index does not name the part
   */
  public String className(Part part) {
    if (!has(part)) {
      throw new ModelException(root + ": model_index.json does not contain " + part.folder);
    }
    Path other = replaced.get(part);
    return other != null && !part.weights.isEmpty()
        ? NetworkFolder.className(other)
        : index.texts(part.folder).get(1);
  }

  /**
   * Summarizes every part from the headers of its files, without reading weights.
   *
   * @return the parts that {@code model_index.json} names, in the order of {@link Part}
   */
  public List<PartContents> contents() {
    return contents(DType.FLOAT32);
  }

  /**
   * Summarizes every part from the headers of its files, without reading weights.
   *
   * @param wanted the preferred dtype if there are several variants of the weights
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
   * Checks that the files of all parts exist, without reading weights. Files may be missing after
   * an incomplete download.
   *
   * @return one line about the first missing file; empty if the model is complete
   */
  public Optional<String> missing() {
    for (Part part : Part.values()) {
      if (has(part)) {
        try {
          NetworkFolder.requireFiles(path(part), part);
        } catch (ModelException | CheckpointException e) {
          return Optional.of(String.valueOf(e.getMessage()));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns whether the folder of a part exists, whatever it contains.
   *
   * @param part the part
   * @return false if no file of the part was downloaded
   */
  public boolean hasFilesOf(Part part) {
    return Files.isDirectory(root.resolve(part.folder));
  }

  /**
   * Returns whether the model has the folder of a part.
   *
   * @param part the part
   * @return false if {@code model_index.json} does not name it, or its folder is missing
   */
  public boolean contains(Part part) {
    return has(part) && Files.isDirectory(replaced.getOrDefault(part, root.resolve(part.folder)));
  }

  /**
   * Returns whether the files of one part exist.
   *
   * @param part the part
   * @return false if the part is missing, has an unsupported class, or lacks a file
   */
  public boolean isComplete(Part part) {
    try {
      if (has(part)) {
        NetworkFolder.requireFiles(path(part), part);
        return true;
      }
    } catch (ModelException | CheckpointException e) {
      return false;
    }
    return false;
  }

  /**
   * Checks the classes of all parts in {@code model_index.json}; reads no other file.
   *
   * @throws ModelException if a part has an unsupported class
   */
  public void requireClasses() {
    for (Part part : Part.values()) {
      if (has(part)) {
        requireClass(part);
      }
    }
  }

  /**
   * Returns the dtype of most of the transformer's weights. If there are several variants, the one
   * without a suffix counts.
   *
   * @return float32, bfloat16, float16, or int8 for quantized weights
   */
  public DType storedDtype() {
    return storedDtype(DType.FLOAT32);
  }

  /** Returns the dtype of most of the weights that are used for a wanted dtype. */
  private DType storedDtype(DType wanted) {
    String stored =
        contents(Part.TRANSFORMER, wanted).bytesByDtype().entrySet().stream()
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
   * Returns whether the folder has an additional bfloat16 variant of the transformer's weights. The
   * dtype in the files counts, since files named {@code .bf16} may contain float32.
   *
   * @return true if the weights without a suffix are not bfloat16, but those named {@code .bf16}
   *     are
   */
  public boolean hasBfloat16Variant() {
    return storedDtype() != DType.BFLOAT16 && storedDtype(DType.BFLOAT16) == DType.BFLOAT16;
  }

  /**
   * Summarizes one part from the headers of its files, without reading weights.
   *
   * @param part a part of the model
   * @param wanted the preferred dtype if there are several variants of the weights
   * @return its contents
   * @throws ModelException if the model does not have the part or sana4j does not support it
   * @throws CheckpointException if its weights are missing or damaged
   */
  public PartContents contents(Part part, DType wanted) {
    return NetworkFolder.contents(
        part, part.weights.isEmpty() ? root : path(part), className(part), wanted);
  }
}
