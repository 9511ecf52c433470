package dev.sana4j.hub;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A published repository of the SANA family, from the list of its authors (NVlabs/Sana, {@code
 * asset/docs/model_zoo.md}), the cards, and public lists of files.
 *
 * @param id name on the hub
 * @param kind what it contains
 * @param parameters rounded number of parameters of the transformer; empty for other networks
 * @param resolution side of the square image that it was trained for, in pixels; 0 for a text
 *     encoder or an autoencoder
 * @param steps default number of steps; 0 for a text encoder or an autoencoder
 * @param gigabytes size of the files that sana4j downloads, rounded up to 0.1 GB; 0 if unknown. A
 *     checkpoint also needs the parts of another repository, see {@link #PARTS_GIGABYTES}
 * @param licence as the hub shows it, if that is known; else empty
 */
public record KnownModel(
    String id,
    Kind kind,
    String parameters,
    int resolution,
    int steps,
    double gigabytes,
    String licence) {

  /** Size of the text encoder, the tokenizer and the autoencoder that a checkpoint needs. */
  public static final double PARTS_GIGABYTES = 6.6;

  private static final String ORGANIZATION = "Efficient-Large-Model/";
  private static final String AUTOENCODERS = "mit-han-lab/dc-ae-";
  private static final String LAYOUT = "_diffusers";
  private static final int MANY = 20;
  private static final int FEW = 2;

  private static final List<KnownModel> FAMILY =
      List.of(
          folder("Sana_600M_512px", "0.6B", 512, MANY, 8.9, "apache-2.0"),
          folder("Sana_600M_1024px", "0.6B", 1024, MANY, 8.9, ""),
          folder("Sana_1600M_512px", "1.6B", 512, MANY, 0, ""),
          folder("Sana_1600M_512px_MultiLing", "1.6B", 512, MANY, 0, ""),
          folder("Sana_1600M_1024px", "1.6B", 1024, MANY, 13.0, ""),
          folder("Sana_1600M_1024px_MultiLing", "1.6B", 1024, MANY, 0, ""),
          folder("Sana_1600M_1024px_BF16", "1.6B", 1024, MANY, 9.8, ""),
          folder("Sana_1600M_2Kpx_BF16", "1.6B", 2048, MANY, 9.8, ""),
          folder("Sana_1600M_4Kpx_BF16", "1.6B", 4096, MANY, 9.8, ""),
          folder("SANA1.5_1.6B_1024px", "1.6B", 1024, MANY, 9.8, ""),
          folder("SANA1.5_4.8B_1024px", "4.8B", 1024, MANY, 16.0, "apache-2.0"),
          folder("Sana_Sprint_0.6B_1024px", "0.6B", 1024, FEW, 7.8, ""),
          folder("Sana_Sprint_1.6B_1024px", "1.6B", 1024, FEW, 9.8, "nvidia-open-model-license"),
          folder("Sana_Sprint_0.6B_1024px_teacher", "0.6B", 1024, MANY, 0, ""),
          folder("SANA_Sprint_1.6B_1024px_teacher", "1.6B", 1024, MANY, 0, ""),
          checkpoint("Sana_600M_512px", "0.6B", 512, MANY, 2.4, ""),
          checkpoint("Sana_600M_1024px", "0.6B", 1024, MANY, 2.4, ""),
          checkpoint("Sana_1600M_512px", "1.6B", 512, MANY, 0, ""),
          checkpoint("Sana_1600M_512px_MultiLing", "1.6B", 512, MANY, 0, ""),
          checkpoint("Sana_1600M_1024px", "1.6B", 1024, MANY, 0, ""),
          checkpoint("Sana_1600M_1024px_MultiLing", "1.6B", 1024, MANY, 0, ""),
          checkpoint("Sana_1600M_1024px_BF16", "1.6B", 1024, MANY, 0, ""),
          checkpoint("Sana_1600M_2Kpx_BF16", "1.6B", 2048, MANY, 0, ""),
          checkpoint("Sana_1600M_4Kpx_BF16", "1.6B", 4096, MANY, 0, ""),
          checkpoint("SANA1.5_1.6B_1024px", "1.6B", 1024, MANY, 0, ""),
          checkpoint("SANA1.5_4.8B_1024px", "4.8B", 1024, MANY, 0, ""),
          checkpoint("Sana_Sprint_0.6B_1024px", "0.6B", 1024, FEW, 2.4, ""),
          checkpoint("Sana_Sprint_1.6B_1024px", "1.6B", 1024, FEW, 6.5, ""),
          checkpoint("Sana_Sprint_0.6B_1024px_teacher", "0.6B", 1024, MANY, 2.4, ""),
          checkpoint("Sana_Sprint_1.6B_1024px_teacher", "1.6B", 1024, MANY, 6.5, "nscl-v2-custom"),
          controlNet(ORGANIZATION + "Sana_600M_1024px_ControlNet_HED", "0.6B"),
          controlNet(ORGANIZATION + "Sana_1600M_1024px_BF16_ControlNet_HED", "1.6B"),
          controlFolder("ishan24/Sana_600M_1024px_ControlNet_diffusers"),
          controlFolder("ishan24/Sana_600M_1024px_ControlNetPlus_diffusers"),
          part(AUTOENCODERS + "f32c32-sana-1.0-diffusers", Kind.AUTOENCODER, 1.3),
          part(AUTOENCODERS + "f32c32-sana-1.1-diffusers", Kind.AUTOENCODER, 1.3),
          part(AUTOENCODERS + "f32c32-sana-1.0", Kind.AUTOENCODER, 1.3),
          part(AUTOENCODERS + "f32c32-sana-1.1", Kind.AUTOENCODER, 1.3),
          part(AUTOENCODERS + "lite-f32c32-sana-1.1-diffusers", Kind.AUTOENCODER, 0),
          part(AUTOENCODERS + "turbo-f32c32-sana-1.1", Kind.AUTOENCODER, 0),
          part(ORGANIZATION + "gemma-2-2b-it", Kind.TEXT_ENCODER, 5.3));

  /** What a repository contains. */
  public enum Kind {
    /** A model folder in the diffusers layout. */
    FOLDER,
    /** A transformer in the original layout; sana4j adds the other parts. */
    CHECKPOINT,
    /** A ControlNet with its transformer in the original layout; sana4j adds the other parts. */
    CONTROLNET,
    /** An autoencoder. */
    AUTOENCODER,
    /** A text encoder and its tokenizer. */
    TEXT_ENCODER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * Returns all published repositories: model folders, checkpoints, ControlNets, then parts.
   *
   * @return an unmodifiable list
   */
  public static List<KnownModel> family() {
    return FAMILY;
  }

  private static KnownModel folder(
      String name, String parameters, int resolution, int steps, double gigabytes, String licence) {
    return new KnownModel(
        ORGANIZATION + name + LAYOUT,
        Kind.FOLDER,
        parameters,
        resolution,
        steps,
        gigabytes,
        licence);
  }

  private static KnownModel checkpoint(
      String name, String parameters, int resolution, int steps, double gigabytes, String licence) {
    return new KnownModel(
        ORGANIZATION + name, Kind.CHECKPOINT, parameters, resolution, steps, gigabytes, licence);
  }

  private static KnownModel controlNet(String id, String parameters) {
    return new KnownModel(id, Kind.CONTROLNET, parameters, 1024, MANY, 0, "");
  }

  private static KnownModel controlFolder(String id) {
    return new KnownModel(id, Kind.FOLDER, "0.6B", 1024, MANY, 0, "");
  }

  private static KnownModel part(String id, Kind kind, double gigabytes) {
    return new KnownModel(id, kind, "", 0, 0, gigabytes, "");
  }

  /**
   * Finds a repository.
   *
   * @param repository {@code ORG/NAME}, case-insensitive
   * @return the repository, if it is in the list
   */
  public static Optional<KnownModel> find(String repository) {
    return family().stream().filter(model -> model.id.equalsIgnoreCase(repository)).findFirst();
  }

  /**
   * Finds a repository by its name without the organization.
   *
   * @param name {@code NAME}, case-insensitive
   * @return the repository, if it is in the list
   */
  static Optional<KnownModel> named(String name) {
    return family().stream().filter(model -> model.shortName().equalsIgnoreCase(name)).findFirst();
  }

  private String shortName() {
    return id.substring(id.indexOf('/') + 1);
  }

  /**
   * Returns whether it can be given as a model: it contains a transformer.
   *
   * @return false for autoencoders and text encoders
   */
  public boolean isModel() {
    return kind != Kind.AUTOENCODER && kind != Kind.TEXT_ENCODER;
  }
}
