package dev.sana4j.spring;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.image.ImageMessage;
import org.springframework.ai.image.ImageOptions;
import org.springframework.ai.image.ImagePrompt;

/**
 * Turns the prompts of Spring AI into requests.
 *
 * @param defaults the options of the image model
 */
record PromptReader(SanaImageOptions defaults) {
  private static final long SEEDS = 1L << 32;
  private static final double STRENGTH = 0.6;
  private static final String FORMAT = "b64_json";

  /** Returns the options of a prompt, merged with the defaults, after checks without a model. */
  SanaImageOptions options(ImagePrompt prompt) {
    SanaImageOptions merged = defaults.merge(prompt.getOptions());
    String model = defaults.model();
    if (model != null && !model.equals(merged.model())) {
      throw new RequestException(
          "the model of this application is %s, not %s; omit the model of the request"
              .formatted(model, merged.model()));
    }
    String format = merged.responseFormat();
    if (format != null && !format.equals(FORMAT)) {
      throw new RequestException(
          "the response format must be " + FORMAT + ", but was " + format + "; images have no URL");
    }
    return merged;
  }

  /** Returns the request of a prompt with merged options. */
  GenerationRequest request(SanaPipeline pipeline, ImagePrompt prompt, SanaImageOptions options) {
    ImageMessage message = message(prompt.getInstructions());
    List<Media> media = media(message);
    GenerationRequest.Builder request =
        media.isEmpty()
            ? pipeline.request(message.getText())
            : pipeline.request(task(media, options), message.getText());
    if (media.isEmpty() || hasSize(prompt.getOptions())) {
      request.size(size(options, request.build().size()));
    }
    if (options.steps() != null) {
      request.steps(options.steps());
    }
    if (options.guidanceScale() != null) {
      request.guidance(options.guidanceScale());
    }
    if (options.negativePrompt() != null) {
      request.negativePrompt(options.negativePrompt());
    }
    if (options.adapters() != null) {
      request.adapters(options.adapters());
    }
    Long seed = options.seed();
    return request
        .seed(seed == null ? ThreadLocalRandom.current().nextLong(SEEDS) : seed)
        .imagesPerPrompt(options.n() == null ? 1 : options.n())
        .build();
  }

  private static ImageMessage message(List<ImageMessage> messages) {
    if (messages.size() != 1) {
      throw new RequestException(
          "the prompt must have one message, but has " + messages.size() + "; join their texts");
    }
    Float weight = messages.get(0).getWeight();
    if (weight != null && weight != 1) {
      throw new RequestException(
          "messages with weights are not supported, but the weight is "
              + weight
              + "; use a negative prompt or another guidance scale");
    }
    return messages.get(0);
  }

  /** Returns the media of a message; before Spring AI 2.0.1 messages have no media. */
  private static List<Media> media(Object message) {
    return message instanceof MediaContent content ? content.getMedia() : List.of();
  }

  private static Task task(List<Media> media, SanaImageOptions options) {
    if (media.size() > 1) {
      throw new RequestException(
          "the prompt has " + media.size() + " images; expected at most one");
    }
    if (!(media.get(0).getData() instanceof byte[] file)) {
      throw new RequestException(
          "the image of the prompt is a URL, which is not opened; pass the bytes of its file");
    }
    Double strength = options.strength();
    return Task.imageToImage(
        ImageFiles.read(ImageSource.of("the image of the prompt", file)),
        strength == null ? STRENGTH : strength);
  }

  /** Returns whether a request itself has a size, which then applies to input images too. */
  private static boolean hasSize(@Nullable ImageOptions options) {
    return options != null && (options.getWidth() != null || options.getHeight() != null);
  }

  private static ImageSize size(SanaImageOptions options, ImageSize standard) {
    return new ImageSize(
        options.width() == null ? standard.width() : options.width(),
        options.height() == null ? standard.height() : options.height());
  }
}
