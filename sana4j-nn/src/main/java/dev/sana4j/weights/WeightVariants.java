package dev.sana4j.weights;

import dev.sana4j.files.FileKind;
import dev.sana4j.files.QuotedText;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The variants of a part's weights in a folder, as diffusers and transformers name them: {@code
 * NAME.safetensors} without a variant, {@code NAME.bf16.safetensors}, or an index of shards such as
 * {@code NAME.safetensors.index.bf16.json}. Only the names of files decide, never those of folders.
 */
public final class WeightVariants {
  private static final String PLAIN = "";
  private static final String BF16 = "bf16";
  private static final String FP16 = "fp16";
  private static final String SUFFIX = ".safetensors";
  private static final String INDEX = SUFFIX + ".index";
  private static final String JSON = ".json";
  private static final int MAX_FILES = 10_000;
  private static final int SHOWN_FILES = 4;
  private static final long POINTER_BYTES = 1 << 10;

  /** A variant in a file name; not the number of a shard. */
  private static final String VARIANT = "(?:\\.([A-Za-z0-9_-]{1,40}?))?";

  private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}.*");

  /** Files with weights in any format. */
  private static final Pattern ANY_WEIGHTS =
      Pattern.compile(".*\\.(?:safetensors|bin|pth|pt|ckpt|gguf|msgpack|h5|onnx)");

  private final Path folder;
  private final String baseName;

  private WeightVariants(Path folder, String baseName) {
    this.folder = folder;
    this.baseName = baseName;
  }

  /**
   * One variant.
   *
   * @param name for example {@code bf16}; empty for the files without a variant
   * @param file the index of the shards, or the single file
   * @param isWhole whether the single file, or the index with all its shards, exists
   * @param isKnown whether sana4j uses it: the one without a name, bf16 and fp16
   */
  public record Variant(String name, Path file, boolean isWhole, boolean isKnown) {}

  /**
   * Lists the variants in a folder; of the weights, it reads only indexes.
   *
   * @param folder for example {@code transformer/}
   * @param baseName for example {@code diffusion_pytorch_model}
   * @return the variants by name, the one without a name first; empty without a readable folder
   * @throws CheckpointException if an index is malformed
   */
  public static List<Variant> in(Path folder, String baseName) {
    WeightVariants weights = new WeightVariants(folder, baseName);
    return weights.names().stream().flatMap(name -> weights.variant(name).stream()).toList();
  }

  /**
   * Finds the weights that are used, see {@link Checkpoint#find}.
   *
   * @param folder for example {@code transformer/}
   * @param baseName for example {@code diffusion_pytorch_model}
   * @param wanted the dtype of the network
   * @return the index of the shards, or the single file
   * @throws CheckpointException if there are none; it names other weights in the folder
   */
  public static Path find(Path folder, String baseName, DType wanted) {
    return new WeightVariants(folder, baseName).find(wanted);
  }

  /** Returns the names of all variants, sorted. */
  private SortedSet<String> names() {
    String base = Pattern.quote(baseName);
    List<Pattern> forms =
        Stream.of(
                base + VARIANT + Pattern.quote(SUFFIX),
                base + Pattern.quote(INDEX) + VARIANT + Pattern.quote(JSON),
                base + VARIANT + Pattern.quote(INDEX + JSON))
            .map(Pattern::compile)
            .toList();
    SortedSet<String> names = new TreeSet<>();
    for (String file : fileNames()) {
      for (Pattern form : forms) {
        Matcher matcher = form.matcher(file);
        if (!SHARD.matcher(file).matches() && matcher.matches()) {
          names.add(matcher.group(1) == null ? PLAIN : matcher.group(1));
        }
      }
    }
    return names;
  }

  private List<String> fileNames() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (names.size() == MAX_FILES) {
          break;
        }
        names.add(file.getFileName().toString());
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return names.stream().sorted().toList();
  }

  private Optional<Variant> variant(String name) {
    boolean known = order(DType.FLOAT32).contains(name);
    List<Path> files = files(name);
    Optional<Path> whole = files.stream().filter(WeightVariants::isWhole).findFirst();
    return whole
        .or(() -> files.stream().findFirst())
        .map(file -> new Variant(name, file, whole.isPresent(), known));
  }

  /** Returns the existing files of a variant: indexes first, then the single file. */
  private List<Path> files(String variant) {
    String suffix = variant.isEmpty() ? "" : "." + variant;
    return Stream.of(INDEX + suffix + JSON, suffix + INDEX + JSON, suffix + SUFFIX)
        .distinct()
        .map(end -> folder.resolve(baseName + end))
        .filter(Files::exists)
        .toList();
  }

  /** Returns whether a single file, or the index and all its shards, exists. */
  private static boolean isWhole(Path file) {
    return isPresent(file)
        && (!file.toString().endsWith(JSON)
            || ShardIndex.readAlone(file).shards().stream().allMatch(WeightVariants::isPresent));
  }

  /** Returns whether a file exists and is not the pointer of Git LFS to it. */
  private static boolean isPresent(Path file) {
    try {
      return Files.exists(file)
          && (Files.size(file) > POINTER_BYTES
              || FileKind.of(file)
                  .filter(kind -> kind == FileKind.EMPTY || kind == FileKind.GIT_LFS_POINTER)
                  .isEmpty());
    } catch (IOException e) {
      return true; // reading it reports the error
    }
  }

  /** Returns the known variants, the most suitable first. */
  private static List<String> order(DType wanted) {
    return switch (wanted) {
      case BFLOAT16 -> List.of(BF16, PLAIN, FP16);
      case FLOAT16 -> List.of(FP16, PLAIN, BF16);
      default -> List.of(PLAIN, BF16, FP16);
    };
  }

  /**
   * Returns the index or the single file of the first whole variant. If none is whole, it returns
   * an incomplete one, so that opening it names what is missing.
   */
  private Path find(DType wanted) {
    List<Variant> variants =
        order(wanted).stream().flatMap(name -> variant(name).stream()).toList();
    return variants.stream()
        .filter(Variant::isWhole)
        .findFirst()
        .or(() -> variants.stream().findFirst())
        .map(Variant::file)
        .orElseThrow(this::nothing);
  }

  private CheckpointException nothing() {
    List<String> files =
        fileNames().stream().filter(name -> ANY_WEIGHTS.matcher(name).matches()).toList();
    String expected =
        "%s contains no weights that sana4j can use: expected %s.safetensors or"
            + " %s.safetensors.index.json, ";
    return new CheckpointException(expected.formatted(folder, baseName, baseName) + found(files));
  }

  private String found(List<String> files) {
    if (files.isEmpty()) {
      return "found none; is the download complete?";
    }
    Optional<String> quantized =
        ForeignQuantization.ofFiles(files)
            .map(
                method ->
                    "; they are quantized with " + method + ", which sana4j does not support");
    String variants =
        names().stream().filter(name -> !name.isEmpty()).collect(Collectors.joining(", "));
    String unknown =
        variants.isEmpty()
            ? "; sana4j needs safetensors files with these names"
            : "; of the variants, sana4j uses only bf16 and fp16, not " + variants;
    String more = files.size() > SHOWN_FILES ? " and more" : "";
    return "found "
        + files.stream().limit(SHOWN_FILES).map(QuotedText::clip).collect(Collectors.joining(", "))
        + more
        + quantized.orElse(unknown);
  }
}
