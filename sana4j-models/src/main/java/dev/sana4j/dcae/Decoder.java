package dev.sana4j.dcae;

import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.nn.ChannelNorm;
import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Sequential;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Latent (B, C, H, W) to image (B, 3, H * compression, W * compression), about -1..1. */
final class Decoder extends Layer<Tensor> {
  private final Conv2d input;
  private final List<Layer<Tensor>> layers = new ArrayList<>();
  private final Sequential stages;
  private final ChannelNorm norm;
  private final Layer<Tensor> output;
  private final AutoencoderConfig config;

  Decoder(Weights weights, AutoencoderConfig config) {
    this.config = config;
    Stages stages = config.decoder();
    input =
        own(
            Conv2d.load(
                weights.at("conv_in"),
                Geometry.same(config.latentChannels(), stages.innerWidth(), 3)));
    for (int stage = stages.count() - 1; stage >= 0; stage--) {
      addStage(layers, weights.at("up_blocks").at(stage), config, stage);
    }
    this.stages = own(new Sequential(layers));
    norm = own(new ChannelNorm(weights.at("norm_out"), stages.outerWidth(), 1e-5));
    output = own(output(weights.at("conv_out"), config));
  }

  private static void addStage(
      List<Layer<Tensor>> layers, Weights weights, AutoencoderConfig config, int stage) {
    Stages stages = config.decoder();
    int depth = stages.depths().get(stage);
    int next = 0;
    if (stage < stages.count() - 1 && depth > 0) {
      int in = stages.widths().get(stage + 1);
      int out = stages.widths().get(stage);
      layers.add(new UpBlock(weights.at(next++), in, out, config.interpolate(), true));
    }
    for (int i = 0; i < depth; i++) {
      layers.add(Autoencoder.block(weights.at(next + i), config, stages, stage));
    }
  }

  private static Layer<Tensor> output(Weights weights, AutoencoderConfig config) {
    int in = config.decoder().outerWidth();
    int out = config.imageChannels();
    return config.decoder().depths().get(0) > 0
        ? Conv2d.load(weights, Geometry.same(in, out, 3))
        : new UpBlock(weights, in, out, config.interpolate(), false);
  }

  /** What stands before and after the stages costs little and stays as it is. */
  void quantizeStages() {
    stages.quantize();
  }

  /** What {@link #forward} does, in parts of a block at most. */
  List<UnaryOperator<Tensor>> parts() {
    List<UnaryOperator<Tensor>> parts = new ArrayList<>();
    parts.add(latent -> TensorScope.tidy(() -> hidden(latent)));
    layers.forEach(layer -> parts.add(layer::apply));
    parts.add(hidden -> TensorScope.tidy(() -> image(hidden)));
    return parts;
  }

  @Override
  protected Tensor forward(Tensor latent) {
    long width = latent.size(0) * latent.size(3) * config.compression();
    long rows = Math.max(1, Autoencoder.pixelsAtOnce(latent.dtype()) / width);
    return rows >= latent.size(2) * config.compression()
        ? image(stages.apply(hidden(latent)))
        : inBands(latent, rows);
  }

  /** The stages up to the last one with attention whole, what follows in bands. */
  Tensor inBands(Tensor latent, long rows) {
    int whole = layers.size();
    while (whole > 0 && layers.get(whole - 1) instanceof RowLocal) {
      whole--;
    }
    Tensor features = hidden(latent);
    for (Layer<Tensor> layer : layers.subList(0, whole)) {
      Tensor previous = features;
      features = layer.apply(previous);
      previous.close();
    }
    List<RowLocal> late = new ArrayList<>();
    layers.subList(whole, layers.size()).forEach(layer -> late.add((RowLocal) layer));
    late.add(new Image());
    return new RowBands(late).apply(features, rows);
  }

  /** {@link #image} as a layer. */
  private final class Image implements RowLocal {
    @Override
    public long height(long rows) {
      return output instanceof RowLocal up ? up.height(rows) : rows;
    }

    @Override
    public Rows reads(Rows image) {
      return output instanceof RowLocal up ? up.reads(image) : image.widened(1);
    }

    @Override
    public Tensor apply(Tensor features) {
      return TensorScope.tidy(() -> image(features));
    }
  }

  private Tensor hidden(Tensor latent) {
    Tensor hidden = input.apply(latent.channelsLast());
    return config.decoderShortcut()
        ? hidden.add(latent.repeatInterleave(hidden.size(1) / latent.size(1), 1))
        : hidden;
  }

  private Tensor image(Tensor hidden) {
    Tensor normalized = norm.apply(hidden);
    Tensor active =
        config.finalActivation().equals("relu")
            ? Functional.relu(normalized)
            : Functional.silu(normalized);
    return output.apply(active);
  }
}
