package dev.sana4j.train.flow;

import dev.sana4j.data.Buckets;
import dev.sana4j.data.CachePart;
import dev.sana4j.data.CacheParts;
import dev.sana4j.data.DataSet;
import dev.sana4j.data.LatentCacheBuilder;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.text.PromptTokenizer;
import java.nio.file.Path;
import java.util.List;

/**
 * The cache of a training that starts from a model, made in parts. A training with the same images,
 * model, resolution and precision reads it if its config names the folder.
 */
public final class CacheWork {
  private final SourceModel model;
  private final DataRecipe recipe;
  private final DType dtype;
  private final DataSet data;
  private final Buckets buckets;

  private CacheWork(SourceModel model, DataRecipe recipe, DType dtype) {
    this.model = model;
    this.recipe = recipe;
    this.dtype = dtype;
    data = recipe.open();
    buckets = Buckets.of(recipe.resolution(), model.config().sizeStep(), recipe.maxRatio());
  }

  /**
   * Opens the images.
   *
   * @param model model folder whose encoders are used
   * @param recipe the images; resolution 0 is that of the model
   * @param dtype precision of the encoders
   * @return the work, which all processes see alike
   */
  public static CacheWork open(Path model, DataRecipe recipe, DType dtype) {
    SourceModel source = SourceModel.open(model, null);
    return new CacheWork(source, recipe.withDefaults(source.resolution()), dtype);
  }

  /**
   * Divides the work.
   *
   * @param images images per part
   * @return the parts, in the order in which they are joined
   */
  public List<CachePart> parts(int images) {
    return CacheParts.divide(data, buckets, LatentCaching.images(recipe.resolution()), images);
  }

  /**
   * Returns the number of images.
   *
   * @return those with a caption
   */
  public int images() {
    return data.size();
  }

  /**
   * Opens the encoders.
   *
   * @param device where they compute
   * @return encoders for several parts, to be closed by the caller
   */
  public Encoders encoders(Device device) {
    return new Encoders(
        model.autoencoder(),
        new Encoders.Text(
            model.folder(), model.config().instruction(), PromptTokenizer.DEFAULT_MAX_LENGTH),
        dtype,
        device);
  }

  /**
   * Encodes a part.
   *
   * @param part the part
   * @param folder empty folder of the part
   * @param encoders the encoders
   * @param threads threads that decode images
   */
  public void encode(CachePart part, Path folder, Encoders encoders, int threads) {
    LatentCacheBuilder.Settings settings =
        LatentCaching.settings(folder, encoders, recipe.resolution(), threads);
    CacheParts.build(data, buckets, settings, encoders::latents, encoders::captions, part);
  }
}
