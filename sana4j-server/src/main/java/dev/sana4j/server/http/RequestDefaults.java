package dev.sana4j.server.http;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelCard;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The defaults and limits of requests that all APIs share. */
public final class RequestDefaults {
  /** The largest whole number that JavaScript represents exactly. */
  public static final long LARGEST_SEED = (1L << 53) - 1;

  private static final String BEST_OF = "best_of";

  private final ModelCard card;
  private final Limits limits;
  private final LoraFolder loras;
  private final RequestBodyReader body;

  /**
   * Creates the defaults of a model.
   *
   * @param card the model
   * @param limits limits of one request
   * @param loras adapters that clients may name
   */
  public RequestDefaults(ModelCard card, Limits limits, LoraFolder loras) {
    this(card, limits, loras, new RequestBodyReader(limits.bodyBytes()));
  }

  /** Creates the defaults of a model that shares the reader of request bodies. */
  RequestDefaults(ModelCard card, Limits limits, LoraFolder loras, RequestBodyReader body) {
    this.card = card;
    this.limits = limits;
    this.loras = loras;
    this.body = body;
  }

  /**
   * Returns the model.
   *
   * @return its card
   */
  public ModelCard card() {
    return card;
  }

  /**
   * Returns the limits of one request.
   *
   * @return the limits
   */
  public Limits limits() {
    return limits;
  }

  /**
   * Returns the adapters that clients may name.
   *
   * @return the folder of adapters
   */
  public LoraFolder loras() {
    return loras;
  }

  /**
   * Returns the reader of request bodies that all APIs share.
   *
   * @return the reader
   */
  public RequestBodyReader body() {
    return body;
  }

  /**
   * Returns a request with the model's defaults.
   *
   * @param prompt the prompt
   * @param negative the negative prompt; ignored for Sprint models
   * @return a builder
   */
  public GenerationRequest.Builder request(String prompt, String negative) {
    return card.defaults().toBuilder()
        .prompts(List.of(prompt))
        .negativePrompt(card.sprint() ? "" : negative);
  }

  /**
   * Reads a prompt.
   *
   * @param fields of the request
   * @param name the field
   * @return the text, empty if it is missing
   * @throws RequestProblem if it is too long, or contains control characters
   */
  public String prompt(RequestFields fields, String name) {
    String prompt = fields.text(name, "", limits.promptCharacters());
    if (prompt.codePoints().anyMatch(RequestDefaults::isNoText)) {
      throw RequestProblem.field(name, name + " contains control characters");
    }
    return prompt;
  }

  private static boolean isNoText(int point) {
    return Character.getType(point) == Character.SURROGATE
        || (Character.isISOControl(point) && !Character.isWhitespace(point));
  }

  /**
   * Reads the number of candidates for each image, of which the best is kept.
   *
   * @param fields of the request
   * @param count number of images
   * @param prompt which a judge compares the candidates with
   * @return 1 if the request does not ask for a choice
   * @throws RequestProblem if this server cannot choose, or these would be too many images
   */
  public int bestOf(RequestFields fields, int count, String prompt) {
    int bestOf = (int) fields.integer(BEST_OF, 1, 1, Limits.MOST_CANDIDATES);
    if (bestOf == 1) {
      return 1;
    }
    if (limits.bestOf() == 1) {
      throw RequestProblem.field(
          BEST_OF, "this server has no judge that chooses the best of several images");
    }
    if (bestOf > limits.bestOf() || (long) bestOf * count > limits.count()) {
      throw RequestProblem.field(
          BEST_OF,
          "the best %d of %d candidates each are %d images; the limit is %d"
              .formatted(count, bestOf, bestOf * count, limits.count()));
    }
    if (prompt.isBlank()) {
      throw RequestProblem.field(
          BEST_OF, BEST_OF + " needs a prompt, which the candidates are compared with");
    }
    return bestOf;
  }

  /**
   * Returns a random seed.
   *
   * @return a seed
   */
  public static long anySeed() {
    return ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
  }

  /**
   * Checks a size.
   *
   * @param field name of the field with the size
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
   * Returns the size of the result for an input image: its own, but at most the area of the model's
   * native size, with the same proportions.
   *
   * @param image size of the image
   * @return the size
   */
  public ImageSize sizeLike(ImageSize image) {
    ImageSize own = card.defaults().size();
    double area = (double) image.width() * image.height();
    double scale = Math.sqrt(Math.min(1, (double) own.width() * own.height() / area));
    return new ImageSize(side(image.width() * scale), side(image.height() * scale));
  }

  private static int side(double length) {
    return (int) Math.max(1, Math.min(ImageSize.MAX_SIDE, Math.round(length)));
  }
}
