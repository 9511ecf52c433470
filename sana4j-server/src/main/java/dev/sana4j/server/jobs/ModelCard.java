package dev.sana4j.server.jobs;

import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.ModelGuide;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The description of a model for clients.
 *
 * @param id its name
 * @param sprint whether it is a Sprint model, which needs few steps and ignores negative prompts
 * @param sampler the name of its sampler
 * @param sizeStep width and height of the suggested sizes are multiples of this, in pixels
 * @param defaults a request with the model's native size, steps and guidance; its prompt is a
 *     placeholder
 * @param control whether it has a ControlNet
 * @param guide what it knows, or null if it does not say
 */
public record ModelCard(
    String id,
    boolean sprint,
    String sampler,
    int sizeStep,
    GenerationRequest defaults,
    boolean control,
    @Nullable ModelGuide guide) {

  private static final int USEFUL_STEPS = 50;
  private static final int USEFUL_SPRINT_STEPS = 8;
  private static final int SPRINT_STEPS_FROM_AN_IMAGE = 4;

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
   * Creates the card of a model without ControlNet and guide.
   *
   * @param id its name
   * @param sprint whether it is a Sprint model
   * @param sampler the name of its sampler
   * @param sizeStep width and height are multiples of this
   * @param defaults a request with its defaults
   */
  public ModelCard(
      String id, boolean sprint, String sampler, int sizeStep, GenerationRequest defaults) {
    this(id, sprint, sampler, sizeStep, defaults, false, null);
  }

  /**
   * Creates the card of a model folder. The guide of the folder may name a guidance scale.
   *
   * @param id its name
   * @param config the folder's configs
   * @return the card
   */
  public static ModelCard of(String id, ModelConfig config) {
    ModelGuide guide = ModelGuide.read(config.folder());
    GenerationRequest.Builder defaults = config.request("an image");
    Double guidance = guide == null ? null : guide.guidance();
    return new ModelCard(
        id,
        config.isSprint(),
        config.sampler().label(),
        config.sizeStep(),
        (guidance == null ? defaults : defaults.guidance(guidance)).build(),
        config.folder().has(Part.CONTROLNET),
        guide);
  }

  /**
   * Returns how many steps improve images: more only take time.
   *
   * @return 8 for a Sprint model, else 50
   */
  public int usefulSteps() {
    return sprint ? USEFUL_SPRINT_STEPS : USEFUL_STEPS;
  }

  /**
   * Returns the default steps for a task; as in the library, a Sprint model needs more of them for
   * an input image, because a strength below 1 skips some.
   *
   * @param editsImage whether the task modifies an image
   * @return denoising steps
   */
  public int steps(boolean editsImage) {
    return sprint && editsImage
        ? Math.max(defaults.steps(), SPRINT_STEPS_FROM_AN_IMAGE)
        : defaults.steps();
  }

  /**
   * Returns the sizes of common ratios that the model works at, the square first.
   *
   * @return aspect ratio to size, without duplicates
   */
  public Map<String, ImageSize> sizes() {
    ImageSize own = defaults.size();
    double side = Math.sqrt((double) own.width() * own.height());
    AspectRatioBins bins = AspectRatioBins.ofModel((int) Math.round(side), sizeStep);
    Map<String, ImageSize> sizes = new LinkedHashMap<>();
    for (int[] ratio : RATIOS) {
      ImageSize size =
          ratio[0] * own.height() == ratio[1] * own.width()
              ? own
              : bins.closest(new ImageSize(ratio[0], ratio[1]));
      if (!sizes.containsValue(size)) {
        sizes.put(ratio[0] + ":" + ratio[1], size);
      }
    }
    return sizes;
  }
}
