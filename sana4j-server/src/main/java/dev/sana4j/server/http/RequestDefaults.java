package dev.sana4j.server.http;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelCard;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What every interface fills into a request, and refuses. */
public final class RequestDefaults {
  /** Whole numbers up to here survive a trip through JavaScript. */
  public static final long LARGEST_SEED = (1L << 53) - 1;

  private final ModelCard card;
  private final Limits limits;
  private final RequestBodyReader body;

  /**
   * For a model.
   *
   * @param card the model
   * @param limits the most a request may ask for
   */
  public RequestDefaults(ModelCard card, Limits limits) {
    this.card = card;
    this.limits = limits;
    this.body = new RequestBodyReader(limits.bodyBytes());
  }

  /**
   * The model.
   *
   * @return its card
   */
  public ModelCard card() {
    return card;
  }

  /**
   * The most a request may ask for.
   *
   * @return the limits
   */
  public Limits limits() {
    return limits;
  }

  /**
   * What reads the bodies of requests, for all interfaces together.
   *
   * @return the reader
   */
  public RequestBodyReader body() {
    return body;
  }

  /**
   * A request with the model's own values.
   *
   * @param prompt what to show
   * @param negative what to steer away from; Sprint models take none
   * @return a builder
   */
  public GenerationRequest.Builder request(String prompt, String negative) {
    return card.defaults().toBuilder()
        .prompts(List.of(prompt))
        .negativePrompt(card.sprint() ? "" : negative);
  }

  /**
   * A prompt a client sends.
   *
   * @param fields of the request
   * @param name the field
   * @return the text, empty if it is missing
   * @throws RequestProblem if it is too long, or holds what is no text
   */
  public String prompt(RequestFields fields, String name) {
    String prompt = fields.text(name, "", limits.promptCharacters());
    if (prompt.codePoints().anyMatch(RequestDefaults::isNoText)) {
      throw RequestProblem.field(name, name + " holds control characters");
    }
    return prompt;
  }

  private static boolean isNoText(int point) {
    return Character.getType(point) == Character.SURROGATE
        || (Character.isISOControl(point) && !Character.isWhitespace(point));
  }

  /**
   * A seed.
   *
   * @return at random
   */
  public static long anySeed() {
    return ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
  }

  /**
   * A size a client asks for.
   *
   * @param field where it does
   * @param width pixels
   * @param height pixels
   * @return the size
   * @throws RequestProblem if it has too many pixels
   */
  public ImageSize size(String field, long width, long height) {
    if (width * height > limits.pixels()) {
      throw RequestProblem.field(
          field,
          "an image of %dx%d has %d pixels; the limit is %d"
              .formatted(width, height, width * height, limits.pixels()));
    }
    return new ImageSize((int) width, (int) height);
  }

  /**
   * The size of what is made from an image: its shape, about its area but no more than the model's
   * own, in whole steps.
   *
   * @param image size of the image
   * @return a size the model can make
   */
  public ImageSize sizeLike(ImageSize image) {
    ImageSize own = card.defaults().size();
    double area = (double) image.width() * image.height();
    double scale = Math.sqrt(Math.min(1, (double) own.width() * own.height() / area));
    return new ImageSize(inSteps(image.width() * scale), inSteps(image.height() * scale));
  }

  private int inSteps(double side) {
    int step = card.sizeStep();
    long most = ImageSize.MAX_SIDE / step;
    return (int) (step * Math.max(1, Math.min(most, Math.round(side / step))));
  }
}
