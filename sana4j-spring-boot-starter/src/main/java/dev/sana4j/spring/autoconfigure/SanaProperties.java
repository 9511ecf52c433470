package dev.sana4j.spring.autoconfigure;

import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.spring.SanaImageOptions;
import dev.sana4j.tensor.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the image model.
 *
 * @param dtype Precision of the networks. By default it is chosen by the stored weights, the speed
 *     of the processor and the free memory.
 * @param device Device to compute on: cpu, cuda, or for example cuda:1.
 * @param eager Whether the model is loaded when the application starts instead of with the first
 *     request.
 * @param image The model and the default options of images.
 */
@ConfigurationProperties("spring.ai.sana")
public record SanaProperties(
    @Nullable DType dtype,
    @DefaultValue("cpu") String device,
    @DefaultValue("false") boolean eager,
    @DefaultValue Image image) {

  /**
   * The model and the default options of images.
   *
   * @param model A bundled model, a model folder, a checkpoint, or a model on the Hugging Face hub
   *     as ORG/NAME.
   * @param n Number of images per request.
   * @param width Width of the images in pixels. By default that of the model.
   * @param height Height of the images in pixels. By default that of the model.
   * @param steps Denoising steps, 1 to 1000. By default those of the model.
   * @param guidanceScale Guidance scale, 0 to 100; 1 or less disables classifier-free guidance. By
   *     default that of the model.
   * @param seed Seed of the first image of every request. By default it is random.
   * @param negativePrompt What the images should not show, for models with classifier-free
   *     guidance.
   * @param lora LoRA adapters as FILE or FILE:SCALE, added in this order.
   * @param strength How much an input image changes, above 0 up to 1.
   */
  public record Image(
      @DefaultValue("emoji") String model,
      @DefaultValue("1") int n,
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Integer steps,
      @Nullable Double guidanceScale,
      @Nullable Long seed,
      @Nullable String negativePrompt,
      @DefaultValue List<String> lora,
      @DefaultValue("0.6") double strength) {

    /**
     * Returns the properties as options.
     *
     * @return the default options of the image model
     * @throws dev.sana4j.pipeline.request.RequestException if the scale of a LoRA adapter is out of
     *     range
     */
    public SanaImageOptions toOptions() {
      return SanaImageOptions.builder()
          .model(model)
          .n(n)
          .width(width)
          .height(height)
          .steps(steps)
          .guidanceScale(guidanceScale)
          .seed(seed)
          .negativePrompt(negativePrompt)
          .adapters(lora.stream().map(LoraChoice::parse).toList())
          .strength(strength)
          .build();
    }
  }
}
