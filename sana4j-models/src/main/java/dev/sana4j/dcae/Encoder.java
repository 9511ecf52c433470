package dev.sana4j.dcae;

import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Sequential;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Image (B, 3, H, W) in -1..1 to latent (B, C, H / compression, W / compression). */
final class Encoder extends Layer<Tensor> {
  private final List<Layer<Tensor>> layers = new ArrayList<>();
  private final Sequential stages;
  private final Conv2d output;
  private final AutoencoderConfig config;

  Encoder(Weights weights, AutoencoderConfig config) {
    this.config = config;
    Stages stages = config.encoder();
    layers.add(input(weights.at("conv_in"), config));
    for (int stage = 0; stage < stages.count(); stage++) {
      addStage(layers, weights.at("down_blocks").at(stage), config, stage);
    }
    this.stages = own(new Sequential(layers));
    output =
        own(
            Conv2d.load(
                weights.at("conv_out"),
                Geometry.same(stages.innerWidth(), config.latentChannels(), 3)));
  }

  private static Layer<Tensor> input(Weights weights, AutoencoderConfig config) {
    int in = config.imageChannels();
    int out = config.encoder().outerWidth();
    return config.encoder().depths().get(0) > 0
        ? Conv2d.load(weights, Geometry.same(in, out, 3))
        : new DownBlock(weights, in, out, config.pixelUnshuffle(), false);
  }

  private static void addStage(
      List<Layer<Tensor>> layers, Weights weights, AutoencoderConfig config, int stage) {
    Stages stages = config.encoder();
    int depth = stages.depths().get(stage);
    for (int i = 0; i < depth; i++) {
      layers.add(Autoencoder.block(weights.at(i), config, stages, stage));
    }
    if (stage < stages.count() - 1 && depth > 0) {
      int in = stages.widths().get(stage);
      int out = stages.widths().get(stage + 1);
      layers.add(new DownBlock(weights.at(depth), in, out, config.pixelUnshuffle(), true));
    }
  }

  /** What {@link #forward} does, in parts of a block at most. */
  List<UnaryOperator<Tensor>> parts() {
    List<UnaryOperator<Tensor>> parts = new ArrayList<>(List.of(Tensor::channelsLast));
    layers.forEach(layer -> parts.add(layer::apply));
    parts.add(hidden -> TensorScope.tidy(() -> latent(hidden)));
    return parts;
  }

  @Override
  protected Tensor forward(Tensor image) {
    long rows = Math.max(1, Autoencoder.pixelsAtOnce(image.dtype()) / image.size(3));
    return rows >= image.size(2)
        ? latent(stages.apply(image.channelsLast()))
        : inBands(image, rows);
  }

  /**
   * The stages before the first one with attention in bands, what follows whole.
   *
   * @param rows of the image, about, at a time
   */
  Tensor inBands(Tensor image, long rows) {
    List<RowLocal> early = early();
    long made = rows;
    for (RowLocal layer : early) {
      made = layer.height(made);
    }
    Tensor features = new RowBands(early).apply(image.channelsLast(), Math.max(1, made));
    for (Layer<Tensor> layer : layers.subList(early.size(), layers.size())) {
      Tensor previous = features;
      features = layer.apply(previous);
      previous.close();
    }
    return latent(features);
  }

  private List<RowLocal> early() {
    List<RowLocal> early = new ArrayList<>();
    Layer<Tensor> input = layers.get(0);
    early.add(input instanceof RowLocal down ? down : new Input(input));
    for (Layer<Tensor> layer : layers.subList(1, layers.size())) {
      if (!(layer instanceof RowLocal local)) {
        break;
      }
      early.add(local);
    }
    return early;
  }

  /** A convolution that keeps the size, as a layer of bands. */
  private record Input(Layer<Tensor> convolution) implements RowLocal {
    @Override
    public long height(long rows) {
      return rows;
    }

    @Override
    public Rows reads(Rows output) {
      return output.widened(1);
    }

    @Override
    public Tensor apply(Tensor image) {
      return convolution.apply(image);
    }
  }

  private Tensor latent(Tensor hidden) {
    Tensor latent = output.apply(hidden);
    if (!config.encoderShortcut()) {
      return latent;
    }
    return latent.add(hidden.unflatten(1, config.latentChannels(), -1).mean(2, false));
  }
}
