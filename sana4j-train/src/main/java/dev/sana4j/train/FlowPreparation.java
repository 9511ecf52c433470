package dev.sana4j.train;

import dev.sana4j.data.Buckets;
import dev.sana4j.data.DataSet;
import dev.sana4j.data.LatentCache;
import dev.sana4j.data.LatentCacheBuilder;
import dev.sana4j.data.SkipReport;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** From pictures and captions to a cache of latents and embeddings. */
final class FlowPreparation {
  private static final int PICTURES = 8;
  private static final double PIXELS = PICTURES * 1024.0 * 1024.0;
  private static final int CAPTIONS = 64;
  private static final int SAMPLES = 8;

  private FlowPreparation() {}

  /** A {@code vae/} folder: itself, or inside of a model folder. */
  static Path autoencoder(Path folder) {
    Path inside = folder.resolve("vae");
    Path found = Files.isDirectory(inside) ? inside : folder;
    if (!Files.isRegularFile(found.resolve("config.json"))) {
      throw new TrainingException(
          folder + " has no autoencoder: neither vae/config.json nor config.json");
    }
    return found;
  }

  /** Builds the cache, or what is missing of it. */
  static void cache(
      DataRecipe recipe, Path folder, Encoders encoders, int multiple, TrainingListener listener) {
    DataSet data = DataSet.open(recipe.path());
    note(listener, recipe.path(), data.skipped());
    var settings =
        new LatentCacheBuilder.Settings(
            folder,
            encoders.fingerprint(),
            DType.FLOAT32,
            pictures(recipe.resolution()),
            CAPTIONS,
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    try (LatentCache cache =
        LatentCacheBuilder.build(
            data,
            buckets(recipe.resolution(), multiple, recipe.maxRatio()),
            settings,
            encoders::latents,
            encoders::captions,
            (done, total) -> listener.preparing("encoding pictures", done, total))) {
      note(listener, folder, cache.skipped());
    }
  }

  /** How many are encoded at a time; of large ones fewer, so that memory stays the same. */
  static int pictures(int resolution) {
    return (int) Math.max(1, Math.min(PICTURES, PIXELS / resolution / resolution));
  }

  /** Tells of what is left out, if anything is. */
  static void note(TrainingListener listener, Path of, SkipReport skipped) {
    if (skipped.count() > 0) {
      listener.note("left out of " + of + ": " + skipped);
    }
  }

  /** The published sizes, where they are asked for and there are some. */
  static Buckets buckets(int resolution, int multiple, double maxRatio) {
    return maxRatio == 4
        ? Buckets.of(resolution, multiple)
        : Buckets.generated(resolution, multiple, maxRatio);
  }

  static AutoencoderConfig autoencoderConfig(Path folder) {
    return AutoencoderConfig.read(ConfigFile.read(folder.resolve("config.json")));
  }

  /** What sample grids show: as configured, or the first captions of the data. */
  static List<String> prompts(RunRecipe run, LatentCache cache) {
    if (!run.samplePrompts().isEmpty()) {
      return run.samplePrompts();
    }
    Set<String> texts = new LinkedHashSet<>();
    int step = Math.max(1, cache.size() / SAMPLES);
    for (int i = 0; i < cache.size() && texts.size() < SAMPLES; i += step) {
      texts.add(cache.captions(i).get(0).text());
    }
    return List.copyOf(texts);
  }

  /** The texts of sample grids, the empty one too, where there are any: on the first worker. */
  static List<String> sampleTexts(RunRecipe run, LatentCache cache, int rank) {
    if (run.sampleEvery() == 0 || rank != 0) {
      return List.of();
    }
    Set<String> wanted = new LinkedHashSet<>(List.of(""));
    wanted.addAll(prompts(run, cache));
    return List.copyOf(wanted);
  }

  /** All captions of a data set. */
  static Stream<String> captions(DataSet data) {
    return IntStream.range(0, data.size())
        .boxed()
        .flatMap(i -> data.captions(i).stream())
        .map(caption -> caption.text());
  }
}
