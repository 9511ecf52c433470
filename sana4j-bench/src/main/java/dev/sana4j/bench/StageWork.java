package dev.sana4j.bench;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.NetworkDtypes;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.TextLength;
import dev.sana4j.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * The work of one stage of an image.
 *
 * @param name as in the table
 * @param dtype of its products
 * @param flops operations, counted from the shapes by {@link Flops}; 0 for a stage without products
 */
record StageWork(String name, DType dtype, long flops) {

  /**
   * Returns the stages of one image in their order.
   *
   * @param config the model
   * @param dtype of the transformer
   * @param request for one image
   * @param textLengths length of each prompt
   * @return encode, each step, decode and save
   */
  static List<StageWork> of(
      ModelConfig config, DType dtype, GenerationRequest request, List<TextLength> textLengths) {
    DType around = dtype == DType.INT8 ? dtype : NetworkDtypes.encoderDtype(dtype);
    long step = step(config, request, textLengths);
    List<StageWork> stages = new ArrayList<>();
    stages.add(new StageWork("encode", around, encode(config, textLengths)));
    for (int i = 1; i <= request.steps(); i++) {
      stages.add(new StageWork("step " + i, dtype, step));
    }
    stages.add(new StageWork("decode", around, decode(config, request)));
    stages.add(new StageWork("save", around, 0));
    return stages;
  }

  /** Counts the text encoder; each text is encoded separately. */
  private static long encode(ModelConfig config, List<TextLength> textLengths) {
    return textLengths.stream()
        .mapToLong(text -> Flops.gemmaBlocks(config.textEncoder(), text.computed()))
        .sum();
  }

  /** Counts a step; guidance doubles the batch, in which texts are padded to the longest. */
  private static long step(
      ModelConfig config, GenerationRequest request, List<TextLength> textLengths) {
    long patch = config.transformer().patchSize();
    long tokens = latentPixels(config, request) / (patch * patch);
    int seen = textLengths.stream().mapToInt(TextLength::seen).max().orElseThrow();
    long once = Flops.transformer(config.transformer(), tokens, seen);
    return config.isGuided(request) ? 2 * once : once;
  }

  private static long decode(ModelConfig config, GenerationRequest request) {
    return Flops.decode(config.autoencoder(), latentPixels(config, request));
  }

  private static long latentPixels(ModelConfig config, GenerationRequest request) {
    ImageSize size = config.workingSize(request);
    long compression = config.autoencoder().compression();
    return size.width() / compression * (size.height() / compression);
  }
}
