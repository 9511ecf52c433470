package dev.sana4j.hub;

import java.util.List;
import java.util.Optional;

/**
 * A published SANA image model, from the list of its authors (NVlabs/Sana, {@code
 * asset/docs/model_zoo.md}) and its card.
 *
 * @param id name on the hub
 * @param parameters rounded number of parameters of the transformer
 * @param resolution side of the square image that it was trained for, in pixels
 * @param steps default number of steps
 * @param isFolder whether it is in the diffusers layout; otherwise it is one {@code .pth}
 *     checkpoint
 */
public record KnownModel(
    String id, String parameters, int resolution, int steps, boolean isFolder) {
  /** The licence on the cards of all these models, which are "for research purposes only". */
  public static final String LICENCE = "NSCL v2-custom";

  private static final String ORGANIZATION = "Efficient-Large-Model/";
  private static final String LAYOUT = "_diffusers";
  private static final int MANY = 20;
  private static final int FEW = 2;

  /**
   * Returns all published models, smaller ones first.
   *
   * @return an unmodifiable list
   */
  public static List<KnownModel> family() {
    return List.of(
        folder("Sana_600M_512px", "0.6B", 512, MANY),
        folder("Sana_600M_1024px", "0.6B", 1024, MANY),
        folder("Sana_1600M_512px", "1.6B", 512, MANY),
        folder("Sana_1600M_512px_MultiLing", "1.6B", 512, MANY),
        folder("Sana_1600M_1024px", "1.6B", 1024, MANY),
        folder("Sana_1600M_1024px_MultiLing", "1.6B", 1024, MANY),
        folder("Sana_1600M_1024px_BF16", "1.6B", 1024, MANY),
        folder("Sana_1600M_2Kpx_BF16", "1.6B", 2048, MANY),
        folder("Sana_1600M_4Kpx_BF16", "1.6B", 4096, MANY),
        folder("SANA1.5_1.6B_1024px", "1.6B", 1024, MANY),
        folder("SANA1.5_4.8B_1024px", "4.8B", 1024, MANY),
        folder("Sana_Sprint_0.6B_1024px", "0.6B", 1024, FEW),
        folder("Sana_Sprint_1.6B_1024px", "1.6B", 1024, FEW),
        folder("Sana_Sprint_0.6B_1024px_teacher", "0.6B", 1024, MANY),
        folder("SANA_Sprint_1.6B_1024px_teacher", "1.6B", 1024, MANY),
        checkpoint("Sana_Sprint_0.6B_1024px_teacher", "0.6B"),
        checkpoint("Sana_Sprint_1.6B_1024px_teacher", "1.6B"));
  }

  private static KnownModel folder(String name, String parameters, int resolution, int steps) {
    return new KnownModel(ORGANIZATION + name + LAYOUT, parameters, resolution, steps, true);
  }

  private static KnownModel checkpoint(String name, String parameters) {
    return new KnownModel(ORGANIZATION + name, parameters, 1024, MANY, false);
  }

  /**
   * Finds a model.
   *
   * @param repository {@code ORG/NAME}, case-insensitive
   * @return the model, if it is in the list
   */
  public static Optional<KnownModel> find(String repository) {
    return family().stream().filter(model -> model.id.equalsIgnoreCase(repository)).findFirst();
  }

  /** Returns the same model in the diffusers layout. */
  static Optional<KnownModel> twin(String repository) {
    return find(repository + LAYOUT);
  }
}
