package dev.sana4j.verify;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.Tiling;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.nn.LowRankAdapters;
import dev.sana4j.sana.SanaControlNet;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaNames;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.verify.Reference.Machine;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs each network on its reference inputs. */
final class NetworkCases {
  /** The tiles of the reference, which the files do not contain. */
  private static final Tiling REFERENCE_TILES = new Tiling(32, 24);

  private NetworkCases() {}

  static void transformer(Path folder, Reference reference, Machine machine) {
    try (SanaTransformer network =
        SanaTransformer.open(folder, machine.dtype(), machine.device())) {
      List<Tensor> outputs = network.trace(input(reference, null));
      for (int i = 0; i < outputs.size() - 1; i++) {
        reference.compare("block_" + i, outputs.get(i), machine.bounds().network());
      }
      Tensor sample = network.apply(input(reference, null));
      reference.compare("sample", sample, machine.bounds().network());
    }
  }

  private static SanaInput input(Reference reference, @Nullable Tensor residuals) {
    return new SanaInput(
        reference.input("hidden_states"),
        reference.input("encoder_hidden_states"),
        reference.exactInput("encoder_attention_mask"),
        reference.exactInput("timestep"),
        reference.has("guidance") ? reference.exactInput("guidance") : null,
        residuals);
  }

  static void controlNet(Path folder, Reference reference, Machine machine) {
    double bound = machine.bounds().network();
    try (SanaControlNet control =
            SanaControlNet.open(folder.resolve("controlnet"), machine.dtype(), machine.device());
        SanaTransformer transformer =
            SanaTransformer.open(
                folder.resolve("transformer"), machine.dtype(), machine.device())) {
      double scale = reference.stored("conditioning_scale").item();
      Tensor residuals =
          control.apply(
              new SanaControlNet.Input(
                  input(reference, null), reference.input("controlnet_cond"), scale));
      for (int i = 0; i < residuals.size(0); i++) {
        reference.compare("residual_" + i, residuals.narrow(0, i, 1).flatten(0, 1), bound);
      }
      reference.compare("sample", transformer.apply(input(reference, residuals)), bound);
    }
  }

  /** Compares an adapter of the transformer of {@code pipelines/tiny-sana}. */
  static void lora(Path folder, Reference reference, Machine machine) {
    double bound = machine.bounds().network();
    Path transformer = folder.resolveSibling("pipelines/tiny-sana/transformer");
    Path file = folder.resolve("pytorch_lora_weights.safetensors");
    try (SanaTransformer network =
            SanaTransformer.open(transformer, machine.dtype(), machine.device());
        LowRankAdapters adapters =
            LowRankAdapters.load(file, machine.device(), SanaNames.layers(network))) {
      double scale = reference.stored("lora_scale").item();
      adapters.attach(network, scale);
      reference.compare("sample", network.apply(input(reference, null)), bound);
      adapters.detach();
      adapters.merge(network, scale);
      reference.compare("sample", "sample merged", network.apply(input(reference, null)), bound);
    }
  }

  static void autoencoder(Path folder, Reference reference, Machine machine) {
    double bound = machine.bounds().network();
    try (Autoencoder network = Autoencoder.open(folder, machine.dtype(), machine.device())) {
      Tensor image = reference.input("image");
      Tensor latent = reference.input("latent");
      reference.compare("latent", network.encode(image), bound);
      reference.compare("decoded", network.decode(latent), bound);
      if (reference.has("small_latent")) {
        Tensor small = reference.input("small_latent");
        reference.compare("small_latent", network.encode(corner(image, reference)), bound);
        reference.compare("small_decoded", network.decode(small), bound);
      }
      if (reference.has("tiled_latent")) {
        reference.compare("tiled_latent", network.encode(image, REFERENCE_TILES), bound);
        reference.compare("tiled_decoded", network.decode(latent, REFERENCE_TILES), bound);
      }
    }
  }

  /** Returns the part of the image that corresponds to {@code small_latent}. */
  private static Tensor corner(Tensor image, Reference reference) {
    Tensor decoded = reference.stored("small_decoded");
    return image
        .narrow(0, 0, decoded.size(0))
        .narrow(2, 0, decoded.size(2))
        .narrow(3, 0, decoded.size(3));
  }

  static void textEncoder(Path folder, Reference reference, Machine machine) {
    double bound = machine.bounds().network();
    try (GemmaEncoder network = GemmaEncoder.open(folder, machine.dtype(), machine.device())) {
      GemmaEncoder.Input input =
          new GemmaEncoder.Input(
              reference.exactInput("input_ids"), reference.exactInput("attention_mask"));
      List<Tensor> states = network.hiddenStates(input);
      for (int i = 0; i < states.size(); i++) {
        reference.compare("hidden_" + i, states.get(i), bound);
      }
      reference.compare("last_hidden_state", network.apply(input), bound);
    }
  }
}
