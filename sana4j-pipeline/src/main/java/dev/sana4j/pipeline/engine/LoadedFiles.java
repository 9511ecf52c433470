package dev.sana4j.pipeline.engine;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.files.CacheFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.NetworkDtypes;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.MappedFiles;
import dev.sana4j.weights.Parameter;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files from which the weights of large parts are memory-mapped. */
final class LoadedFiles {
  /** Smaller parts stay in memory. */
  private static final long LARGE_BYTES = 1L << 30;

  private static final String DIFFUSERS_NAME = "diffusion_pytorch_model";

  private final Map<Part, MappedFiles> files = new EnumMap<>(Part.class);

  private LoadedFiles() {}

  /**
   * Returns the files of networks that have just been loaded.
   *
   * @param config the model
   * @param dtype its precision
   * @param textDtype precision of the text encoder
   * @param encoder text encoder
   * @param transformer transformer
   * @param autoencoder autoencoder
   * @return the files of large mapped parts
   */
  static LoadedFiles of(
      ModelConfig config,
      DType dtype,
      DType textDtype,
      GemmaEncoder encoder,
      SanaTransformer transformer,
      Autoencoder autoencoder) {
    LoadedFiles all = new LoadedFiles();
    DType around = NetworkDtypes.encoderDtype(dtype);
    all.add(config, Part.TEXT_ENCODER, "model", textDtype, encoder.parameters());
    all.add(
        config,
        Part.TRANSFORMER,
        DIFFUSERS_NAME,
        NetworkDtypes.transformer(dtype),
        transformer.parameters());
    all.add(config, Part.VAE, DIFFUSERS_NAME, around, autoencoder.parameters());
    return all;
  }

  private void add(
      ModelConfig config, Part part, String name, DType dtype, List<Parameter> parameters) {
    long bytes =
        parameters.stream()
            .map(Parameter::value)
            .filter(value -> value.device().isCpu())
            .mapToLong(value -> value.elements() * value.dtype().bytes())
            .sum();
    if (bytes >= LARGE_BYTES) {
      files.put(part, MappedFiles.of(config.folder().path(part), name, dtype, parameters));
    }
  }

  /** Returns the cache for prefixes of the text encoder; null if it is small and fast. */
  @Nullable PrefixFiles prefixes(ModelConfig config, DType dtype) {
    if (!files.containsKey(Part.TEXT_ENCODER)) {
      return null;
    }
    try {
      return PrefixFiles.of(
          CacheFolder.path().resolve("prefixes"), config.folder().path(Part.TEXT_ENCODER), dtype);
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Releases the memory of a part's weights until they are used again; no effect on small parts.
   */
  void release(Part part) {
    @Nullable MappedFiles mapped = files.get(part);
    if (mapped != null) {
      mapped.release();
    }
  }
}
