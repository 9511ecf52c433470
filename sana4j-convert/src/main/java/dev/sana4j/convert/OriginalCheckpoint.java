package dev.sana4j.convert;

import dev.sana4j.files.IoReason;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.sana.SanaNames;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.TensorNames;
import dev.sana4j.weights.TensorNames.Link;
import dev.sana4j.weights.WeightSource;
import dev.sana4j.weights.pth.PthFile;
import dev.sana4j.weights.pth.PthOutline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint in the layout of its training code: a transformer or a ControlNet of NVlabs/Sana, or
 * an autoencoder of mit-han-lab/efficientvit. Its tensors are read directly from the file, under
 * the names of the diffusers layout.
 *
 * <p>All names may have a prefix that other tools add, such as {@code model.diffusion_model.}. A
 * transformer or an autoencoder may also have the names of the diffusers layout.
 */
public final class OriginalCheckpoint implements AutoCloseable {
  private static final String TRANSFORMER_MARK = "x_embedder.proj.weight";
  private static final String CONTROLNET_MARK = "controlnet.0.before_proj.weight";
  private static final String AUTOENCODER_MARK = "encoder.project_in.";
  private static final String FIRST_STAGE = "encoder.stages.0.op_list.0.";
  private static final String CONVERTED_TRANSFORMER_MARK = "patch_embed.proj.weight";
  private static final String CONVERTED_AUTOENCODER_MARK = "encoder.down_blocks.";
  private static final int SHOWN_NAMES = 5;

  /** The words that tools put before all names of a network. */
  private static final Pattern PREFIX =
      Pattern.compile(
          "(?:(?:module|model|_orig_mod|diffusion_model|transformer|net|ema|vae|"
              + "first_stage_model)\\.)+");

  /**
   * Tensors that a diffusers folder does not contain: buffers, and those that only training uses.
   */
  private static final Set<String> EXTRAS =
      Set.of("y_embedder.y_embedding", "pos_embed", "logvar_linear.weight", "logvar_linear.bias");

  private final Path file;
  private final AutoCloseable source;
  private final NamedTensors original;
  private final NamedTensors extras;
  private final Map<Part, NamedTensors> parts = new EnumMap<>(Part.class);
  private boolean isConverted;

  private OriginalCheckpoint(Path file, AutoCloseable source, NamedTensors original) {
    this.file = file;
    this.source = source;
    this.original = original;
    this.extras = new NamedTensors(file.toString());
  }

  /**
   * Opens a file.
   *
   * @param file a {@code .pth} or {@code .safetensors} file
   * @return the checkpoint, to be closed by the caller
   * @throws CheckpointException if the file is damaged or contains none of the supported networks
   */
  public static OriginalCheckpoint open(Path file) {
    OriginalCheckpoint checkpoint = opened(file);
    try {
      checkpoint.sort();
      return checkpoint;
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /** The content decides between the formats, since tools use several endings. */
  private static OriginalCheckpoint opened(Path file) {
    if (file.toString().endsWith(".safetensors") || isSafetensors(file)) {
      Checkpoint source = Checkpoint.open(file);
      return new OriginalCheckpoint(file, source, withoutPrefix(NamedTensors.of(source)));
    }
    PthFile source = PthFile.open(file);
    return new OriginalCheckpoint(
        file, source, withoutPrefix(NamedTensors.of(source, source.specs())));
  }

  /** Returns whether a file starts like safetensors: the length of the header, then JSON. */
  private static boolean isSafetensors(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(Long.BYTES + 1);
      return start.length == Long.BYTES + 1 && start[Long.BYTES] == '{';
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Removes a prefix if all names have it. */
  private static NamedTensors withoutPrefix(NamedTensors tensors) {
    String first = tensors.names().stream().findFirst().orElse("");
    Matcher prefix = PREFIX.matcher(first);
    boolean common =
        prefix.lookingAt()
            && tensors.names().stream().allMatch(name -> name.startsWith(prefix.group()));
    return common ? tensors.withoutPrefix(prefix.group()) : tensors;
  }

  /** Assigns every tensor to a part or to the extras. */
  private void sort() {
    Set<String> unplaced = new LinkedHashSet<>(original.names());
    if (original.contains(CONTROLNET_MARK)) {
      add(Part.CONTROLNET, SanaNames.controlNet(), unplaced);
      if (unplaced.contains("final_layer.linear.weight")) {
        add(Part.TRANSFORMER, SanaNames.transformer(false), unplaced);
      }
    } else if (original.contains(TRANSFORMER_MARK)) {
      boolean guided = original.contains("cfg_embedder.mlp.0.weight");
      add(Part.TRANSFORMER, SanaNames.transformer(guided), unplaced);
    } else if (unplaced.stream().anyMatch(name -> name.startsWith(AUTOENCODER_MARK))) {
      add(Part.VAE, autoencoder(), unplaced);
    } else if (original.contains(CONVERTED_TRANSFORMER_MARK)) {
      addConverted(Part.TRANSFORMER);
      return;
    } else if (unplaced.stream().anyMatch(name -> name.startsWith(CONVERTED_AUTOENCODER_MARK))) {
      addConverted(Part.VAE);
      return;
    } else {
      throw new CheckpointException(
          file
              + " is not an original checkpoint of SANA, its ControlNet or its autoencoder: it has"
              + " none of x_embedder, controlnet and encoder.project_in");
    }
    for (String name : EXTRAS) {
      if (!parts.containsKey(Part.VAE) && unplaced.remove(name)) {
        extras.put(original.spec(name), () -> original.tensor(name));
      }
    }
    requireAllPlaced(unplaced);
  }

  private TensorNames autoencoder() {
    boolean unshuffled =
        original.names().stream()
            .anyMatch(name -> name.matches("encoder\\.stages\\..*\\.main\\.conv\\.conv\\.weight"));
    boolean firstStage = original.names().stream().anyMatch(name -> name.startsWith(FIRST_STAGE));
    return AutoencoderNames.of(unshuffled, firstStage);
  }

  private void add(Part part, TensorNames names, Set<String> unplaced) {
    NamedTensors converted = new NamedTensors(file.toString());
    for (String name : original.names()) {
      Link link = names.ofOriginal(name);
      if (link != null) {
        converted.putConverted(original, link);
        unplaced.remove(name);
      }
    }
    parts.put(part, converted);
  }

  /** Adds a network whose tensors have the names of the diffusers layout. */
  private void addConverted(Part part) {
    isConverted = true;
    parts.put(part, original);
  }

  private void requireAllPlaced(Set<String> unplaced) {
    if (!unplaced.isEmpty()) {
      List<String> shown =
          new ArrayList<>(unplaced).subList(0, Math.min(SHOWN_NAMES, unplaced.size()));
      throw new CheckpointException(
          "%s contains %d tensors that do not belong to the network: %s%s"
              .formatted(
                  file,
                  unplaced.size(),
                  String.join(", ", shown),
                  unplaced.size() > SHOWN_NAMES ? ", ..." : ""));
    }
  }

  /**
   * Returns the networks in the file.
   *
   * @return the transformer, the ControlNet with or without its transformer, or the autoencoder
   */
  public Set<Part> parts() {
    return parts.keySet();
  }

  /**
   * Returns the tensors of a network under the names of the diffusers layout.
   *
   * @param part one of {@link #parts}
   * @return a source that is valid while this object is open
   */
  public WeightSource weights(Part part) {
    return tensors(part);
  }

  NamedTensors tensors(Part part) {
    NamedTensors tensors = parts.get(part);
    if (tensors == null) {
      throw new IllegalArgumentException(file + " holds no " + part.folder());
    }
    return tensors;
  }

  /** Returns the tensors that the diffusers layout does not contain, under their original names. */
  NamedTensors extras() {
    return extras;
  }

  /** Returns the original names in the order of the file. */
  List<String> names() {
    return List.copyOf(original.names());
  }

  Path file() {
    return file;
  }

  /** Returns whether the tensors already have the names of the diffusers layout. */
  boolean isConverted() {
    return isConverted;
  }

  /**
   * Returns everything in a {@code .pth} file except its elements; null for other files, and if it
   * cannot be read.
   */
  @Nullable PthOutline outline() {
    return source instanceof PthFile pth ? pth.outline() : null;
  }

  /** Returns the number of bytes that {@link #checkSums} reads. */
  long bytesToCheck() {
    return source instanceof PthFile pth ? pth.fileSize() : 0;
  }

  /** Reads a {@code .pth} file once, compares its checksums and reports the bytes of each piece. */
  void checkSums(LongConsumer progress) {
    if (source instanceof PthFile pth) {
      pth.checkSums(progress);
    }
  }

  /** Closes the file; tensors that were read from it stay valid. */
  @Override
  public void close() {
    if (source instanceof PthFile pth) {
      pth.close();
    } else if (source instanceof Checkpoint checkpoint) {
      checkpoint.close();
    }
  }
}
