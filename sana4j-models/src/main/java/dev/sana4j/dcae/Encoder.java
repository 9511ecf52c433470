package dev.sana4j.dcae;

import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Encodes an image (B, 3, H, W) in -1..1 to latents (B, C, H / compression, W / compression). It
 * consists of a convolution, stages of blocks that halve the size (arXiv 2410.10733, figure 4), and
 * an output convolution. {@link BandedEncoder} computes the same in bands of rows.
 */
final class Encoder extends Layer<Tensor> {
  private final List<Layer<Tensor>> layers = new ArrayList<>();

  Encoder(Weights weights, AutoencoderConfig config) {
    Stages stages = config.encoder();
    layers.add(input(weights.at("conv_in"), config));
    for (int stage = 0; stage < stages.count(); stage++) {
      addStage(layers, weights.at("down_blocks").at(stage), config, stage);
    }
    layers.add(new Output(weights.at("conv_out"), config));
    layers.forEach(this::own);
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

  /** Returns the input layer, the blocks of all stages and the output layer. */
  List<Layer<Tensor>> layers() {
    return Collections.unmodifiableList(layers);
  }

  @Override
  protected Tensor forward(Tensor image) {
    return chain(layers, image.channelsLast());
  }

  /** A convolution with a shortcut that adds the means of the channel groups of its input. */
  private static final class Output extends Layer<Tensor> {
    private final Conv2d convolution;
    private final boolean shortcut;
    private final int channels;

    Output(Weights weights, AutoencoderConfig config) {
      channels = config.latentChannels();
      int in = config.encoder().innerWidth();
      convolution = own(Conv2d.load(weights, Geometry.same(in, channels, 3)));
      shortcut = config.encoderShortcut();
    }

    @Override
    protected Tensor forward(Tensor hidden) {
      Tensor latent = convolution.apply(hidden);
      return shortcut ? latent.add(hidden.unflatten(1, channels, -1).mean(2, false)) : latent;
    }
  }
}
