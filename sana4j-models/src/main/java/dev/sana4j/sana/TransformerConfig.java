package dev.sana4j.sana;

import dev.sana4j.weights.ConfigFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The config of a {@code transformer/} folder. The converter of diffusers omits {@code
 * timestep_scale}, so teachers that it converted compute noise with the default of 1. This class
 * completes the published ones, which are recognized by the name of their repository.
 *
 * @param network sizes and variant
 * @param isTimestepScaleOfFile false if {@code timestep_scale} was assumed or given
 * @param notes at most one line about a missing {@code timestep_scale}
 */
public record TransformerConfig(
    SanaConfig network, boolean isTimestepScaleOfFile, List<String> notes) {
  private static final String KEY = "timestep_scale";
  private static final String TEACHER = "teacher";
  private static final double DENSE = 0.001;

  /** Folders of the cache of Hugging Face, {@code models--ORG--NAME}. */
  private static final String CACHED = "models--";

  /** Names of the repositories of Sprint teachers, in lower case. */
  private static final List<String> PUBLISHED =
      List.of(
          "sana_sprint_1.6b_1024px_teacher_diffusers", "sana_sprint_0.6b_1024px_teacher_diffusers");

  /** Copies the list. */
  public TransformerConfig {
    notes = List.copyOf(notes);
  }

  /**
   * Reads the config of a transformer.
   *
   * @param folder a {@code transformer/} folder; its name, that of the model folder around it and
   *     that of the repository in the cache may name a teacher
   * @return the config, with the timestep scale of a published teacher if the file lacks it
   * @throws dev.sana4j.weights.CheckpointException if a value is of the wrong type or not supported
   */
  public static TransformerConfig open(Path folder) {
    ConfigFile file = ConfigFile.read(folder.resolve("config.json"));
    SanaConfig read = SanaConfig.read(file);
    if (file.has(KEY) || !read.qkNorm() || read.guidanceEmbedding()) {
      return new TransformerConfig(read, true, List.of());
    }
    List<String> names = names(folder, file.text("_name_or_path", ""));
    for (String name : names) {
      if (PUBLISHED.contains(name.toLowerCase(Locale.ROOT))) {
        return new TransformerConfig(
            read.withTimestepScale(DENSE),
            false,
            List.of(
                "transformer/config.json of "
                    + name
                    + " lacks timestep_scale; using 0.001, the value of this published teacher"));
      }
    }
    return new TransformerConfig(
        read,
        true,
        names.stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).contains(TEACHER))
            .limit(1)
            .map(TransformerConfig::warning)
            .toList());
  }

  private static String warning(String name) {
    return "transformer/config.json of "
        + name
        + " lacks timestep_scale, so timesteps of 0 to 1000 are embedded; a teacher of SANA-Sprint"
        + " then generates noise and needs timestep_scale 0.001";
  }

  /** Returns names that a model may have: those of its folders and of its origin. */
  private static List<String> names(Path folder, String origin) {
    List<String> names = new ArrayList<>();
    Path whole = folder.toAbsolutePath().normalize();
    int count = whole.getNameCount();
    for (int i = count - 1; i >= 0; i--) {
      String name = whole.getName(i).toString();
      if (name.startsWith(CACHED)) {
        names.add(name.substring(name.lastIndexOf("--") + 2));
      } else if (i >= count - 2) {
        names.add(name);
      }
    }
    names.addAll(List.of(origin.split("[/\\\\]")));
    return names;
  }

  /**
   * Returns a copy with a given timestep scale.
   *
   * @param scale factor for timesteps of 0..1000
   * @return the copy, without notes
   */
  public TransformerConfig withTimestepScale(double scale) {
    return new TransformerConfig(network.withTimestepScale(scale), false, List.of());
  }
}
