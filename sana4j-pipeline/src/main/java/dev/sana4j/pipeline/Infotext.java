package dev.sana4j.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an image was made, in the text format of AUTOMATIC1111 that many programs read: the prompt, a
 * line with the negative prompt, and a line of settings.
 *
 * <pre>
 * a cat in a hat &lt;lora:style:0.8&gt;
 * Negative prompt: blurry
 * Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: name
 * </pre>
 *
 * @param prompt the prompt, with the tags of LoRA adapters; it may have several lines
 * @param negativePrompt the negative prompt; empty for none
 * @param settings values by name, in their order, such as {@code Steps} and {@code CFG scale}
 */
public record Infotext(String prompt, String negativePrompt, Map<String, String> settings) {
  /** The keyword of the text in a PNG. */
  public static final String KEYWORD = "parameters";

  static final String NEGATIVE = "Negative prompt:";

  private static final ObjectMapper JSON = StrictJson.bounded(1).build();

  /** The tag of a LoRA adapter; its name and its scale are short. */
  private static final Pattern LORA =
      Pattern.compile("<lora:([^<>:\\n]{1,200})(?::([^<>\\n]{0,60}))?>");

  private static final Pattern SPACE = Pattern.compile("[ \\t]{2,}");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]");

  /** Copies the settings. */
  public Infotext {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * A LoRA adapter that a prompt names.
   *
   * @param name the name, without a folder or an extension
   * @param scale the weight of the adapter
   */
  public record Lora(String name, double scale) {}

  /**
   * Describes an image.
   *
   * @param request the request for this single image
   * @param model the name of the model
   * @param sampler the name of the sampler; empty to omit it
   * @return the description
   */
  public static Infotext of(GenerationRequest request, String model, String sampler) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Steps", Integer.toString(request.steps()));
    if (!sampler.isEmpty()) {
      settings.put("Sampler", sampler);
    }
    settings.put("CFG scale", Double.toString(request.guidance()));
    settings.put("Seed", Long.toString(request.seed()));
    settings.put("Size", request.size().toString());
    settings.put("Model", model);
    if (request.task().editsImage()) {
      settings.put("Denoising strength", Double.toString(request.task().strength()));
    }
    settings.put("Version", "sana4j");
    StringBuilder prompt = new StringBuilder(request.prompts().get(0));
    request.adapters().forEach(lora -> prompt.append(tag(lora)));
    return new Infotext(prompt.toString(), request.negativePrompt(), settings);
  }

  private static String tag(LoraChoice lora) {
    return " <lora:%s:%s>".formatted(lora.name(), lora.scale());
  }

  /**
   * Parses a text of any program. A text without settings is a prompt.
   *
   * @param text any text
   * @return what it says
   */
  public static Infotext parse(String text) {
    return InfotextParser.parse(text);
  }

  /**
   * Reads the text of a PNG.
   *
   * @param png the file
   * @return what its text {@value #KEYWORD} says; empty without one, or if it has no settings
   * @throws ImageException if it is not a PNG, or is damaged
   */
  public static Optional<Infotext> read(Path png) {
    return Optional.ofNullable(ImageFiles.readTexts(png).get(KEYWORD))
        .map(Infotext::parse)
        .filter(found -> !found.settings().isEmpty());
  }

  /**
   * Returns the text.
   *
   * @return the lines; other control characters than line feeds and tabs are spaces
   */
  public String text() {
    List<String> pairs = new ArrayList<>();
    settings.forEach((name, value) -> pairs.add(name + ": " + quoted(value)));
    String negative = negativePrompt.isEmpty() ? "" : "\n" + NEGATIVE + " " + negativePrompt;
    String whole = prompt + negative + "\n" + String.join(", ", pairs);
    return CONTROL.matcher(whole).replaceAll(" ");
  }

  /**
   * Returns prompt, negative prompt and settings as JSON.
   *
   * @return indented JSON
   */
  public String json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String quoted(String value) {
    boolean plain =
        value.chars().noneMatch(c -> c == ',' || c == ':' || c == '\n' || c == '\r' || c == '"');
    return plain ? value : TextNode.valueOf(value).toString();
  }

  /** Returns a value without its quotes. */
  static String unquoted(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value;
    }
    try {
      return JSON.readValue(value, String.class);
    } catch (JsonProcessingException e) {
      return value;
    }
  }

  /**
   * Returns the LoRA adapters that the prompt names.
   *
   * @return names and scales, in their order
   */
  public List<Lora> loras() {
    List<Lora> loras = new ArrayList<>();
    Matcher tags = LORA.matcher(prompt);
    while (tags.find()) {
      String scale = tags.group(2);
      loras.add(new Lora(tags.group(1), scale == null ? 1 : number(scale).orElse(1.0)));
    }
    return loras;
  }

  /**
   * Returns the prompt without the tags of LoRA adapters.
   *
   * @return the words for the model
   */
  public String promptWithoutLoras() {
    if (loras().isEmpty()) {
      return prompt;
    }
    return SPACE.matcher(LORA.matcher(prompt).replaceAll("")).replaceAll(" ").strip();
  }

  /**
   * Returns the denoising strength.
   *
   * @return the number; empty without one
   */
  public Optional<Double> strength() {
    return number("Denoising strength", 0, 1);
  }

  /**
   * Changes a request to the settings of this text. Settings that are missing, or that no request
   * can have, keep their values; so do model, sampler and adapters.
   *
   * @param builder the request
   * @return the builder, with the prompts, steps, guidance, seed and size of the text
   */
  public GenerationRequest.Builder applyTo(GenerationRequest.Builder builder) {
    String words = promptWithoutLoras();
    if (!words.isBlank()) {
      builder.prompts(List.of(words));
    }
    builder.negativePrompt(negativePrompt);
    number("Steps", 1, 1000).ifPresent(steps -> builder.steps(steps.intValue()));
    number("CFG scale", 0, 100).ifPresent(builder::guidance);
    seed().ifPresent(builder::seed);
    size().ifPresent(builder::size);
    return builder;
  }

  private Optional<Long> seed() {
    try {
      return Optional.of(Long.parseLong(settings.getOrDefault("Seed", "")));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private Optional<ImageSize> size() {
    try {
      return Optional.of(ImageSize.parse(settings.getOrDefault("Size", "")));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private Optional<Double> number(String name, double least, double most) {
    return number(settings.getOrDefault(name, "")).filter(n -> n >= least && n <= most);
  }

  private static Optional<Double> number(String text) {
    try {
      return Optional.of(Double.parseDouble(text)).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
