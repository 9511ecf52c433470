package dev.sana4j.pipeline.source;

import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.hub.HubId;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.pipeline.source.CheckpointConverter.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The published repositories that provide the parts which a checkpoint of a transformer lacks. All
 * models of the family use the same text encoder. SANA 1.0 uses version 1.0 of the autoencoder, and
 * all later models version 1.1; with the other version, colours are wrong. Both versions have the
 * same size and config, so only the kind of transformer determines it.
 *
 * @param repository name on the hub
 * @param parts the parts that it provides
 */
record PublishedParts(HubId repository, Set<Part> parts) {
  private static final Set<Part> ALL = Set.of(Part.TEXT_ENCODER, Part.TOKENIZER, Part.VAE);
  private static final Set<Part> TEXT = Set.of(Part.TEXT_ENCODER, Part.TOKENIZER);
  private static final String ORGANIZATION = "Efficient-Large-Model/";
  private static final String AUTOENCODER = "mit-han-lab/dc-ae-f32c32-sana-";
  private static final double SIGMA_DATA = 0.5;
  private static final int RESOLUTION_4K = 4096;

  /** Model folders with version 1.0 of the autoencoder. */
  private static final List<String> FIRST =
      List.of(
          "Sana_600M_512px_diffusers",
          "Sana_1600M_1024px_BF16_diffusers",
          "Sana_1600M_1024px_diffusers",
          "Sana_600M_1024px_diffusers");

  /** Model folders with version 1.1 of the autoencoder. */
  private static final List<String> LATER =
      List.of(
          "Sana_Sprint_1.6B_1024px_diffusers",
          "SANA1.5_1.6B_1024px_diffusers",
          "SANA_Sprint_1.6B_1024px_teacher_diffusers",
          "Sana_Sprint_0.6B_1024px_diffusers");

  /**
   * Returns the repositories to try in this order.
   *
   * @param queryKeyNorm whether the transformer normalizes queries and keys, which all models after
   *     SANA 1.0 do
   */
  static List<PublishedParts> of(boolean queryKeyNorm) {
    List<PublishedParts> all = new ArrayList<>();
    for (String name : queryKeyNorm ? LATER : FIRST) {
      all.add(new PublishedParts(id(ORGANIZATION + name), ALL));
    }
    for (String name : queryKeyNorm ? FIRST : LATER) {
      all.add(new PublishedParts(id(ORGANIZATION + name), TEXT));
    }
    all.add(new PublishedParts(id(ORGANIZATION + "gemma-2-2b-it"), TEXT));
    String version = queryKeyNorm ? "1.1" : "1.0";
    all.add(new PublishedParts(id(AUTOENCODER + version + "-diffusers"), Set.of(Part.VAE)));
    return all;
  }

  private static HubId id(String repository) {
    return new HubId(repository, HubId.MAIN);
  }

  /** Returns the name of the autoencoder for messages. */
  static String autoencoder(boolean queryKeyNorm) {
    return "DC-AE " + (queryKeyNorm ? "1.1" : "1.0");
  }

  /**
   * Guesses from a name whether a transformer normalizes queries and keys, before it is downloaded.
   *
   * @param name name of the repository or file
   * @return false for the names of SANA 1.0; true for all others
   */
  static boolean guessQueryKeyNorm(String name) {
    return !name.toLowerCase(Locale.ROOT).matches("(?s).*sana_\\d+m_.*");
  }

  /**
   * Returns the sampler that a transformer was trained with (NVlabs/Sana, {@code configs/}).
   *
   * @param contents the transformer
   * @param name name of the repository or file
   */
  static SamplerConfig sampler(Contents contents, String name) {
    if (contents.guidanceEmbedding()) {
      return new SamplerConfig.Consistency(SIGMA_DATA);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (contents.resolution() == RESOLUTION_4K || lower.contains("4kpx")) {
      return new SamplerConfig.Dpm(6.0, 2);
    }
    return lower.contains("sana_600m_1024px")
        ? new SamplerConfig.Dpm(4.0, 2)
        : SamplerConfig.publicFlow();
  }
}
