package dev.sana4j.clip;

import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** The image tower, a vision transformer (arXiv 2010.11929); a class token gives the vector. */
final class ClipImageTower extends Layer<Tensor> {
  private final ClipConfig config;
  private final Parameter classToken;
  private final Conv2d patches;
  private final Parameter positions;
  private final ClipNorm before;
  private final List<ClipBlock> blocks = new ArrayList<>();
  private final ClipNorm after;
  private final Linear projection;

  ClipImageTower(Weights root, ClipConfig config) {
    this.config = config;
    ClipConfig.Tower tower = config.image();
    int width = tower.width();
    int side = config.patchSize();
    Weights weights = root.at("vision_model");
    Weights embeddings = weights.at("embeddings");
    classToken = own(embeddings.parameter("class_embedding", width));
    patches =
        own(
            Conv2d.load(
                embeddings.at("patch_embedding"),
                new Conv2d.Geometry(3, width, side, side, 0, 1, false)));
    positions =
        own(embeddings.at("position_embedding").parameter("weight", config.patches() + 1L, width));
    embeddings.ignore("position_ids"); // the numbers 0, 1, 2... in older files
    before = own(new ClipNorm(weights.at("pre_layrnorm"), tower)); // spelled so in the files
    for (int i = 0; i < tower.layers(); i++) {
      blocks.add(own(new ClipBlock(weights.at("encoder.layers").at(i), tower)));
    }
    after = own(new ClipNorm(weights.at("post_layernorm"), tower));
    projection = own(Linear.load(root.at("visual_projection"), width, config.projection(), false));
  }

  /** Maps normalized images (B, 3, side, side) to (B, projection). */
  @Override
  protected Tensor forward(Tensor images) {
    int side = config.imageSize();
    if (images.rank() != 4 || images.size(2) != side || images.size(3) != side) {
      throw new TensorException("CLIP reads images of " + side + " x " + side + ", got " + images);
    }
    Tensor embedded = patches.apply(images.to(projection.dtype())); // (B, width, h, w)
    Tensor tokens = embedded.flatten(2, 3).transpose(1, 2); // (B, patches, width)
    Tensor first = classToken.value().reshape(1, 1, -1).expand(images.size(0), -1, -1);
    Tensor hidden = before.apply(Tensors.cat(List.of(first, tokens), 1).add(positions.value()));
    Tensor last =
        chain(
            hidden,
            blocks.size(),
            (i, states) -> blocks.get(i).apply(new ClipBlock.Input(states, null)));
    return projection.apply(after.apply(last.narrow(1, 0, 1).flatten(0, 1)));
  }
}
