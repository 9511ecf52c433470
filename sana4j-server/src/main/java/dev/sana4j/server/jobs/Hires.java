package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The second stage of an image: it is upscaled by the model after it was generated, and scaled to
 * the size asked for.
 *
 * @param size of the result
 * @param factor by which the model upscales, 2 or 4
 * @param strength how much the upscaled image changes, above 0 up to 1
 * @param steps denoising steps of each tile
 */
public record Hires(ImageSize size, int factor, double strength, int steps) {
  /** Name of the upscaler for clients. */
  public static final String UPSCALER = "sana4j";

  /** Returns the size of the upscaled image, before it is scaled to the size of the result. */
  ImageSize upscaled(ImageSize first) {
    return new ImageSize(factor * first.width(), factor * first.height());
  }

  /**
   * Returns the request of the second stage. Its prompt is empty, because each tile shows a
   * different part.
   */
  GenerationRequest request(GenerationRequest first, RgbImage image) {
    Task.Upscale task = Task.upscale(image, factor, strength);
    return first.toBuilder()
        .prompts(List.of(""))
        .imagesPerPrompt(1)
        .steps(steps)
        .task(task)
        .size(task.size())
        .build();
  }

  /** Returns the request of the second stage for a black image, to check it. */
  GenerationRequest sample(GenerationRequest first) {
    ImageSize size = first.size();
    byte[] black = new byte[3 * size.width() * size.height()];
    return request(first, RgbImage.of(size.width(), size.height(), black));
  }

  /**
   * Adds the second stage to the description of an image.
   *
   * @param first the description of the first stage
   * @return the description of both
   */
  public Infotext added(Infotext first) {
    Map<String, String> settings = new LinkedHashMap<>(first.settings());
    settings.put("Hires resize", size.toString());
    settings.put("Hires steps", Integer.toString(steps));
    settings.put("Hires upscaler", UPSCALER);
    settings.put("Denoising strength", Double.toString(strength));
    return new Infotext(first.prompt(), first.negativePrompt(), settings);
  }
}
