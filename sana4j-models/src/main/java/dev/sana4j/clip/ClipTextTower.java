package dev.sana4j.clip;

import dev.sana4j.nn.Embedding;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** The text tower: each token sees itself and those before it; the end token gives the vector. */
final class ClipTextTower extends Layer<ClipTextTower.Input> {
  private static final float HIDDEN = -30_000;

  private final ClipConfig config;
  private final Embedding tokens;
  private final Parameter positions;
  private final List<ClipBlock> blocks = new ArrayList<>();
  private final ClipNorm norm;
  private final Linear projection;

  /**
   * The arguments.
   *
   * @param ids int64 (B, L)
   * @param end the id of the end token
   */
  record Input(Tensor ids, int end) {}

  ClipTextTower(Weights root, ClipConfig config) {
    this.config = config;
    ClipConfig.Tower tower = config.text();
    Weights weights = root.at("text_model");
    Weights embeddings = weights.at("embeddings");
    tokens =
        own(Embedding.load(embeddings.at("token_embedding"), config.vocabulary(), tower.width()));
    positions =
        own(
            embeddings
                .at("position_embedding")
                .parameter("weight", config.positions(), tower.width()));
    embeddings.ignore("position_ids"); // the numbers 0, 1, 2... in older files
    for (int i = 0; i < tower.layers(); i++) {
      blocks.add(own(new ClipBlock(weights.at("encoder.layers").at(i), tower)));
    }
    norm = own(new ClipNorm(weights.at("final_layer_norm"), tower));
    projection =
        own(Linear.load(root.at("text_projection"), tower.width(), config.projection(), false));
  }

  /** Maps tokens to (B, projection). */
  @Override
  protected Tensor forward(Input input) {
    Tensor ids = input.ids();
    int length = Math.toIntExact(ids.size(1));
    if (length > config.positions()) {
      throw new TensorException(
          "CLIP reads at most " + config.positions() + " tokens, got " + length);
    }
    DType dtype = projection.dtype();
    Tensor embedded =
        tokens.apply(ids).to(dtype).add(positions.value().narrow(0, 0, length)); // (B, L, width)
    Tensor mask = causal(length, ids.device()).to(dtype);
    Tensor hidden =
        chain(
            embedded,
            blocks.size(),
            (i, states) -> blocks.get(i).apply(new ClipBlock.Input(states, mask)));
    Tensor ends = ends(ids.toLongs(), length, input.end()).to(ids.device());
    return projection.apply(norm.apply(hidden.flatten(0, 1).indexSelect(0, ends)));
  }

  private static Tensor causal(int length, Device device) {
    Tensor positions = Tensors.range(length, DType.FLOAT32, device);
    return positions.sub(positions.unsqueeze(1)).clamp(0, 1).mul(HIDDEN); // (queries, keys)
  }

  /** Returns the row of the first end token of each text; the last row if a text has none. */
  private static Tensor ends(long[] ids, int length, int end) {
    int[] rows = new int[ids.length / length];
    for (int text = 0; text < rows.length; text++) {
      int last = text * length + length - 1;
      int row = text * length;
      while (row < last && ids[row] != end) {
        row++;
      }
      rows[text] = row;
    }
    return Tensors.of(rows, rows.length);
  }
}
