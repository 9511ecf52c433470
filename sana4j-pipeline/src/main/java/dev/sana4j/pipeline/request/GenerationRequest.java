package dev.sana4j.pipeline.request;

import dev.sana4j.image.ImageSize;
import dev.sana4j.text.PromptTokenizer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All settings that determine an image, apart from the model. The library, the command line and the
 * metadata of images use the same record, so that an image can be reproduced from its metadata.
 *
 * <p>{@link dev.sana4j.pipeline.SanaPipeline#request(String...)} returns a builder with the
 * defaults of a model. Only builders are API; the constructor changes with every new setting.
 *
 * @param prompts one or more prompts
 * @param negativePrompt what the images should not show; used by models with classifier-free
 *     guidance
 * @param steps denoising steps, 1 to 1000
 * @param times timesteps of a Sprint model as decreasing angles that end at 0, one more than steps;
 *     empty for the default
 * @param guidance guidance scale, 0 to 100; 1 or less disables classifier-free guidance
 * @param guidanceLimits interval and rescale of classifier-free guidance
 * @param seed seed of the noise; image i of a request has seed + i
 * @param size size of the images in pixels
 * @param imagesPerPrompt number of images per prompt; a request has at most 1000 images
 * @param noise how the noise of several images is drawn
 * @param binning whether the model works at the nearest size it was trained at
 * @param maxSequenceLength maximum number of tokens that the model sees, 2 to 8192; 300 for the
 *     public models
 * @param instruction whether the complex human instruction precedes each prompt
 * @param cleanCaption whether prompts are cleaned like captions from web pages
 * @param tiledDecoding whether large images are decoded in tiles, which needs less memory
 * @param task the task, with its input images
 * @param adapters LoRA adapters of the transformer, added in this order; no file twice
 */
public record GenerationRequest(
    List<String> prompts,
    String negativePrompt,
    int steps,
    List<Double> times,
    double guidance,
    GuidanceLimits guidanceLimits,
    long seed,
    ImageSize size,
    int imagesPerPrompt,
    Noise noise,
    Binning binning,
    int maxSequenceLength,
    boolean instruction,
    boolean cleanCaption,
    boolean tiledDecoding,
    Task task,
    List<LoraChoice> adapters) {

  /** How the noise of several images is drawn. */
  public enum Noise {
    /**
     * Image i has its own generator with seed + i; its pixels do not depend on the other images.
     */
    PER_IMAGE,
    /**
     * One generator draws the noise of all images together, like the reference with one generator.
     */
    SHARED
  }

  /**
   * Whether the model works at the nearest size it was trained at; the image is scaled and cropped
   * afterwards.
   */
  public enum Binning {
    /**
     * At the published sizes for the model's native resolution, else at sizes of about its native
     * area. Any size can be requested. An image that is scaled by more than 2 is antialiased.
     */
    AUTO,
    /**
     * As the published pipelines do: only the latent size chooses the table, and nothing is
     * antialiased. Like {@code AUTO} for a model without published sizes.
     */
    ON,
    /** Never: the size must be a multiple of the model's step. */
    OFF
  }

  private static final int MOST_IMAGES = 1000;
  private static final int MOST_STEPS = 1000;

  /** Checks all values that can be checked without a model. */
  public GenerationRequest {
    prompts = List.copyOf(prompts);
    times = List.copyOf(times);
    adapters = List.copyOf(adapters);
    require(!prompts.isEmpty(), "a request needs at least one prompt");
    boolean mayBeEmpty = task.editsImage();
    prompts.forEach(
        prompt ->
            require(
                mayBeEmpty || !prompt.isBlank(),
                "the prompt is empty; describe what the image should show"));
    prompts.forEach(prompt -> requireLength(prompt, "the prompt"));
    requireLength(negativePrompt, "the negative prompt");
    require(
        steps >= 1 && steps <= MOST_STEPS,
        "steps " + steps + " is not between 1 and " + MOST_STEPS);
    require(
        times.isEmpty() || times.size() == steps + 1,
        times.size() + " times do not fit " + steps + " steps; give one more than steps");
    require(guidance >= 0 && guidance <= 100, "guidance " + guidance + " is not between 0 and 100");
    require(
        imagesPerPrompt >= 1 && (long) imagesPerPrompt * prompts.size() <= MOST_IMAGES,
        "a request can have 1 to "
            + MOST_IMAGES
            + " images, not "
            + (long) imagesPerPrompt * prompts.size());
    require(
        maxSequenceLength >= 2 && maxSequenceLength <= 8192,
        "the maximum prompt length " + maxSequenceLength + " is not between 2 and 8192");
    Set<String> files = new HashSet<>();
    adapters.forEach(
        lora ->
            require(
                files.add(lora.file()),
                "the LoRA " + lora.file() + " is given twice; give it once with one scale"));
  }

  private static void requireLength(String text, String name) {
    int most = PromptTokenizer.MAX_PROMPT_CHARS;
    require(
        text.length() <= most,
        name + " has " + text.length() + " characters; shorten it to " + most + " or fewer");
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new RequestException(problem);
    }
  }

  /**
   * Returns a builder.
   *
   * @param prompts one or more prompts
   * @return a builder with the settings of the public SANA 1.0 models: 20 steps, guidance 4.5,
   *     1024x1024
   */
  public static Builder builder(List<String> prompts) {
    return new Builder(prompts);
  }

  /**
   * Returns a builder with the values of this request.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    Builder builder = new Builder(prompts);
    return builder
        .negativePrompt(negativePrompt)
        .steps(steps)
        .times(times)
        .guidance(guidance)
        .guidanceLimits(guidanceLimits)
        .seed(seed)
        .size(size)
        .imagesPerPrompt(imagesPerPrompt)
        .noise(noise)
        .binning(binning)
        .maxSequenceLength(maxSequenceLength)
        .instruction(instruction)
        .cleanCaption(cleanCaption)
        .tiledDecoding(tiledDecoding)
        .task(task)
        .adapters(adapters);
  }

  /**
   * Returns the number of images.
   *
   * @return prompts times images per prompt
   */
  public int images() {
    return prompts.size() * imagesPerPrompt;
  }

  /**
   * Returns the request for one of the images.
   *
   * @param image index of the image, from 0; images are grouped by prompt
   * @return a request that produces the same image, unless the noise is shared
   */
  public GenerationRequest single(int image) {
    return toBuilder()
        .prompts(List.of(prompts.get(image / imagesPerPrompt)))
        .imagesPerPrompt(1)
        .seed(seed + image)
        .build();
  }

  /** Collects the values of a request; every setter returns this builder. */
  public static final class Builder {
    private List<String> prompts;
    private String negativePrompt = "";
    private int steps = 20;
    private List<Double> times = List.of();
    private double guidance = 4.5;
    private GuidanceLimits guidanceLimits = GuidanceLimits.NONE;
    private long seed;
    private ImageSize size = new ImageSize(1024, 1024);
    private int imagesPerPrompt = 1;
    private Noise noise = Noise.PER_IMAGE;
    private Binning binning = Binning.AUTO;
    private int maxSequenceLength = 300;
    private boolean instruction = true;
    private boolean cleanCaption;
    private boolean tiledDecoding;
    private Task task = Task.textToImage();
    private List<LoraChoice> adapters = List.of();

    private Builder(List<String> prompts) {
      this.prompts = prompts;
    }

    /** Sets {@link GenerationRequest#prompts}. */
    public Builder prompts(List<String> value) {
      prompts = value;
      return this;
    }

    /** Sets {@link GenerationRequest#negativePrompt}. */
    public Builder negativePrompt(String value) {
      negativePrompt = value;
      return this;
    }

    /** Sets {@link GenerationRequest#steps} and clears custom times. */
    public Builder steps(int value) {
      steps = value;
      times = List.of();
      return this;
    }

    /** Sets {@link GenerationRequest#times} and the number of steps; empty for the default. */
    public Builder times(List<Double> value) {
      times = value;
      steps = value.isEmpty() ? steps : value.size() - 1;
      return this;
    }

    /** Sets {@link GenerationRequest#guidance}. */
    public Builder guidance(double value) {
      guidance = value;
      return this;
    }

    /** Sets {@link GenerationRequest#guidanceLimits}. */
    public Builder guidanceLimits(GuidanceLimits value) {
      guidanceLimits = value;
      return this;
    }

    /** Sets {@link GenerationRequest#seed}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets {@link GenerationRequest#size}. */
    public Builder size(ImageSize value) {
      size = value;
      return this;
    }

    /** Sets {@link GenerationRequest#imagesPerPrompt}. */
    public Builder imagesPerPrompt(int value) {
      imagesPerPrompt = value;
      return this;
    }

    /** Sets {@link GenerationRequest#noise}. */
    public Builder noise(Noise value) {
      noise = value;
      return this;
    }

    /** Sets {@link GenerationRequest#binning}. */
    public Builder binning(Binning value) {
      binning = value;
      return this;
    }

    /** Sets {@link GenerationRequest#maxSequenceLength}. */
    public Builder maxSequenceLength(int value) {
      maxSequenceLength = value;
      return this;
    }

    /** Sets {@link GenerationRequest#instruction}. */
    public Builder instruction(boolean value) {
      instruction = value;
      return this;
    }

    /** Sets {@link GenerationRequest#cleanCaption}. */
    public Builder cleanCaption(boolean value) {
      cleanCaption = value;
      return this;
    }

    /** Sets {@link GenerationRequest#tiledDecoding}. */
    public Builder tiledDecoding(boolean value) {
      tiledDecoding = value;
      return this;
    }

    /** Sets {@link GenerationRequest#task}. */
    public Builder task(Task value) {
      task = value;
      return this;
    }

    /** Sets {@link GenerationRequest#adapters}. */
    public Builder adapters(List<LoraChoice> value) {
      adapters = value;
      return this;
    }

    /**
     * Builds the request.
     *
     * @return a request
     * @throws RequestException if a value is out of range
     */
    public GenerationRequest build() {
      return new GenerationRequest(
          prompts,
          negativePrompt,
          steps,
          times,
          guidance,
          guidanceLimits,
          seed,
          size,
          imagesPerPrompt,
          noise,
          binning,
          maxSequenceLength,
          instruction,
          cleanCaption,
          tiledDecoding,
          task,
          adapters);
    }
  }
}
