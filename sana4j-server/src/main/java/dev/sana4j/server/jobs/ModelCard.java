package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The description of a model for clients.
 *
 * @param id its name
 * @param sprint whether it is a Sprint model, which needs few steps and ignores negative prompts
 * @param sampler the name of its sampler
 * @param sizeStep width and height are multiples of this, in pixels
 * @param defaults a request with the model's native size, steps and guidance; its prompt is a
 *     placeholder
 */
public record ModelCard(
    String id, boolean sprint, String sampler, int sizeStep, GenerationRequest defaults) {

  private static final List<int[]> RATIOS =
      List.of(
          new int[] {1, 1},
          new int[] {3, 2},
          new int[] {2, 3},
          new int[] {4, 3},
          new int[] {3, 4},
          new int[] {16, 9},
          new int[] {9, 16});

  /**
   * Creates the card of a model folder.
   *
   * @param id its name
   * @param config the folder's configs
   * @return the card
   */
  public static ModelCard of(String id, ModelConfig config) {
    return new ModelCard(
        id,
        config.isSprint(),
        config.sampler().label(),
        config.sizeStep(),
        config.request("an image").build());
  }

  /**
   * Returns sizes with about the area of the native size, which is the first.
   *
   * @return aspect ratio to size, without duplicates
   */
  public Map<String, ImageSize> sizes() {
    ImageSize own = defaults.size();
    double area = (double) own.width() * own.height();
    Map<String, ImageSize> sizes = new LinkedHashMap<>();
    List<ImageSize> taken = new ArrayList<>();
    for (int[] ratio : RATIOS) {
      double scale = Math.sqrt(area * ratio[0] / ratio[1]);
      var size = new ImageSize(rounded(scale), rounded(scale * ratio[1] / ratio[0]));
      if (!taken.contains(size)) {
        taken.add(size);
        sizes.put(ratio[0] + ":" + ratio[1], size);
      }
    }
    return sizes;
  }

  private int rounded(double side) {
    long most = ImageSize.MAX_SIDE / sizeStep;
    return (int) (sizeStep * Math.max(1, Math.min(most, Math.round(side / sizeStep))));
  }
}
