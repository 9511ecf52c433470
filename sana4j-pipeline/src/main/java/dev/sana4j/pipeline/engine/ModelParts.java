package dev.sana4j.pipeline.engine;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.NetworkDtypes;
import dev.sana4j.pipeline.request.Execution;
import dev.sana4j.pipeline.request.Offload;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.text.Tokenizer;
import dev.sana4j.weights.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * The open networks of a model.
 *
 * @param text the tokenizer and the text encoder
 * @param transformer the transformer
 * @param autoencoder the autoencoder, prepared for use
 * @param files the files that weights are mapped from
 */
record ModelParts(
    PromptEncoder text, SanaTransformer transformer, Autoencoder autoencoder, LoadedFiles files) {

  /**
   * Opens all networks.
   *
   * @param config the model
   * @param dtype precision of the networks
   * @param device device of the networks
   * @param execution order of computation
   * @param offload where the text encoder is kept
   */
  static ModelParts open(
      ModelConfig config, DType dtype, Device device, Execution execution, Offload offload) {
    Device place = offload == Offload.TEXT_ON_CPU ? Device.CPU : device;
    DType textDtype = textDtype(dtype, place, device);
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      Tokenizer tokenizer =
          Tokenizer.load(config.folder().path(Part.TOKENIZER).resolve("tokenizer.json"));
      opened.add(tokenizer);
      GemmaEncoder encoder = text(config, textDtype, place);
      opened.add(encoder);
      SanaTransformer transformer = transformer(config, dtype, device);
      opened.add(transformer);
      Autoencoder autoencoder = autoencoder(config, dtype, device);
      opened.add(autoencoder);
      LoadedFiles files =
          LoadedFiles.of(config, dtype, textDtype, encoder, transformer, autoencoder);
      if (execution == Execution.FAST) {
        autoencoder.prepare();
      }
      if (dtype == DType.INT8) {
        quantize(encoder, transformer, autoencoder, files);
      }
      DType key = place.equals(device) ? dtype : textDtype;
      PromptEncoder text =
          new PromptEncoder(
              tokenizer,
              encoder,
              () -> text(config, textDtype, place),
              place,
              files.prefixes(config, key));
      return new ModelParts(text, transformer, autoencoder, files);
    } catch (RuntimeException | Error e) {
      closeAll(opened);
      throw e;
    }
  }

  /** On a CPU that helps a GPU, bfloat16 may be slow; float32 represents all its numbers. */
  private static DType textDtype(DType dtype, Device place, Device device) {
    DType around = NetworkDtypes.encoderDtype(dtype);
    boolean widened =
        !place.equals(device) && around == DType.BFLOAT16 && !Libtorch.prefersBfloat16();
    return widened ? DType.FLOAT32 : around;
  }

  private static void quantize(
      GemmaEncoder encoder,
      SanaTransformer transformer,
      Autoencoder autoencoder,
      LoadedFiles files) {
    encoder.quantize();
    files.release(Part.TEXT_ENCODER);
    transformer.quantizeBlocks();
    files.release(Part.TRANSFORMER);
    autoencoder.quantizeDecoder();
    files.release(Part.VAE);
  }

  private static void closeAll(List<AutoCloseable> opened) {
    for (AutoCloseable part : opened) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("a part could not be closed", e);
      }
    }
  }

  /** Opens the text encoder in a dtype. */
  static GemmaEncoder text(ModelConfig config, DType dtype, Device device) {
    return GemmaEncoder.open(
        config.folder().path(Part.TEXT_ENCODER), dtype, device, Storage.AS_STORED);
  }

  /** Opens the transformer for a precision of the model. */
  static SanaTransformer transformer(ModelConfig config, DType dtype, Device device) {
    return SanaTransformer.open(
        config.folder().path(Part.TRANSFORMER),
        config.transformer(),
        NetworkDtypes.transformer(dtype),
        device,
        Storage.AS_STORED);
  }

  /** Opens the autoencoder for a precision of the model. */
  static Autoencoder autoencoder(ModelConfig config, DType dtype, Device device) {
    return Autoencoder.open(
        config.folder().path(Part.VAE),
        NetworkDtypes.encoderDtype(dtype),
        device,
        Storage.AS_STORED);
  }
}
