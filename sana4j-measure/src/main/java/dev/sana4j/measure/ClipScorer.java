package dev.sana4j.measure;

import dev.sana4j.clip.ClipModel;
import dev.sana4j.image.RgbImage;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.text.ClipTokenizer;
import java.nio.file.Path;
import java.util.List;

/**
 * The CLIP score (arXiv 2104.08718): 100 times the cosine of the vectors of text and image, at
 * least 0.
 */
public final class ClipScorer implements Judge, AutoCloseable {
  /** The factor of the score. */
  private static final double SCALE = 100;

  private final ClipModel model;
  private final ClipTokenizer tokenizer;
  private final ClipPixels pixels;
  private final Device device;

  private ClipScorer(ClipModel model, ClipTokenizer tokenizer, ClipPixels pixels, Device device) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.pixels = pixels;
    this.device = device;
  }

  /**
   * Opens a CLIP in the layout of transformers.
   *
   * @param folder with config, weights, tokenizer and the settings of the preprocessor
   * @param dtype the dtype to compute in
   * @param device the device to compute on
   * @return the scorer; the caller closes it
   * @throws dev.sana4j.files.SanaException if a file is missing or damaged, or does not fit
   */
  public static ClipScorer open(Path folder, DType dtype, Device device) {
    ClipTokenizer tokenizer = ClipTokenizer.read(folder);
    ClipModel model = ClipModel.open(folder, dtype, device);
    try {
      return new ClipScorer(model, tokenizer, ClipPixels.read(folder, model.config()), device);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "clip";
  }

  @Override
  public List<Double> scores(String prompt, List<RgbImage> images) {
    return Libtorch.noGrad(
        () ->
            TensorScope.<List<Double>>compute(
                () -> {
                  Tensor text = embed(prompt);
                  return images.stream().map(image -> score(text, image)).toList();
                }));
  }

  /**
   * Returns the score of one image.
   *
   * @param prompt the text
   * @param image the image
   * @return 0 to 100
   */
  public double score(String prompt, RgbImage image) {
    return scores(prompt, List.of(image)).get(0);
  }

  private double score(Tensor text, RgbImage image) {
    return TensorScope.<Double>compute(
        () -> SCALE * Math.max(0, text.mul(embed(image)).sum().item()));
  }

  /** Returns the unit vector (1, projection) of a text, owned by the current scope. */
  private Tensor embed(String prompt) {
    int[] ids = tokenizer.encode(prompt, model.config().positions());
    return model.embedTexts(Tensors.of(ids, 1, ids.length).to(device), tokenizer.end());
  }

  /** Returns the unit vector (1, projection) of an image, owned by the current scope. */
  private Tensor embed(RgbImage image) {
    return model.apply(pixels.of(image).to(device));
  }

  @Override
  public void close() {
    model.close();
  }
}
