package dev.sana4j.dcae;

import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.nn.ChannelNorm;
import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.RowReach;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes latents (B, C, H, W) to an image (B, 3, H * compression, W * compression), approximately
 * in -1..1. It consists of a convolution, stages of blocks that double the size (arXiv 2410.10733,
 * figure 4), and an output convolution. {@link BandedDecoder} computes the same in bands of rows.
 */
final class Decoder extends Layer<Tensor> {
  private final List<Layer<Tensor>> layers = new ArrayList<>();

  Decoder(Weights weights, AutoencoderConfig config) {
    Stages stages = config.decoder();
    layers.add(new Input(weights.at("conv_in"), config));
    for (int stage = stages.count() - 1; stage >= 0; stage--) {
      addStage(layers, weights.at("up_blocks").at(stage), config, stage);
    }
    layers.add(new Output(weights, config));
    layers.forEach(this::own);
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

  /** Returns the input layer, the blocks of all stages and the output layer. */
  List<Layer<Tensor>> layers() {
    return Collections.unmodifiableList(layers);
  }

  @Override
  protected Tensor forward(Tensor latent) {
    return chain(layers, latent);
  }

  /** A convolution with a shortcut that repeats the channels of the latents. */
  private static final class Input extends Layer<Tensor> {
    private final Conv2d convolution;
    private final boolean shortcut;

    Input(Weights weights, AutoencoderConfig config) {
      int in = config.latentChannels();
      int out = config.decoder().innerWidth();
      convolution = own(Conv2d.load(weights, Geometry.same(in, out, 3)));
      shortcut = config.decoderShortcut();
    }

    @Override
    protected Tensor forward(Tensor latent) {
      Tensor hidden = convolution.apply(latent.channelsLast());
      return shortcut
          ? hidden.add(latent.repeatInterleave(hidden.size(1) / latent.size(1), 1))
          : hidden;
    }
  }

  /** Norm, activation and a convolution, which doubles the size if the last stage has no blocks. */
  private static final class Output extends Layer<Tensor> {
    private final ChannelNorm norm;
    private final boolean relu;
    private final Layer<Tensor> convolution;

    Output(Weights weights, AutoencoderConfig config) {
      int in = config.decoder().outerWidth();
      int out = config.imageChannels();
      norm = own(new ChannelNorm(weights.at("norm_out"), in, 1e-5));
      relu = config.finalActivation().equals("relu");
      Weights last = weights.at("conv_out");
      convolution =
          own(
              config.decoder().depths().get(0) > 0
                  ? Conv2d.load(last, Geometry.same(in, out, 3))
                  : new UpBlock(last, in, out, config.interpolate(), false));
    }

    @Override
    public @Nullable RowReach reach() {
      return convolution.reach();
    }

    @Override
    protected Tensor forward(Tensor hidden) {
      Tensor normalized = norm.apply(hidden);
      return convolution.apply(relu ? Functional.relu(normalized) : Functional.silu(normalized));
    }
  }
}
