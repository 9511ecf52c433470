package dev.sana4j.synth;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a whole model.
 *
 * @param textEncoder sizes of the text encoder
 * @param transformer sizes and variant of the denoiser
 * @param autoencoder sizes of the autoencoder
 */
public record SyntheticModel(
    GemmaConfig textEncoder, SanaConfig transformer, AutoencoderConfig autoencoder) {

  /**
   * Returns SANA-Sprint 1.6B, with Gemma-2-2B and DC-AE f32c32 like all public models.
   *
   * @return its sizes
   */
  public static SyntheticModel sprint1600m() {
    return published(SanaConfig.sprint1600m());
  }

  /**
   * Returns SANA-Sprint 0.6B.
   *
   * @return its sizes
   */
  public static SyntheticModel sprint600m() {
    return published(SanaConfig.sprint600m());
  }

  /**
   * Returns the teacher of SANA-Sprint 1.6B.
   *
   * @return its sizes
   */
  public static SyntheticModel teacher1600m() {
    return published(SanaConfig.teacher1600m());
  }

  /**
   * Returns SANA 1.5 4.8B.
   *
   * @return its sizes
   */
  public static SyntheticModel sana4800m() {
    return published(SanaConfig.sana4800m());
  }

  private static SyntheticModel published(SanaConfig transformer) {
    return new SyntheticModel(GemmaConfig.gemma2b(), transformer, AutoencoderConfig.f32c32());
  }

  /**
   * Returns the public models by short names.
   *
   * @return an unmodifiable map in the order to list them
   */
  public static Map<String, SyntheticModel> presets() {
    Map<String, SyntheticModel> presets = new LinkedHashMap<>();
    presets.put("sprint-1.6b", sprint1600m());
    presets.put("sprint-0.6b", sprint600m());
    presets.put("teacher-1.6b", teacher1600m());
    presets.put("sana-4.8b", sana4800m());
    return Collections.unmodifiableMap(presets);
  }

  /**
   * A part with weights.
   *
   * @param part the part
   * @param settings its {@code config.json}
   * @param tensors its parameters
   */
  record Weighted(Part part, Map<String, Object> settings, List<TensorSpec> tensors) {
    long parameters() {
      return tensors.stream().mapToLong(TensorSpec::elements).sum();
    }

    long bytes() {
      return tensors.stream().mapToLong(TensorSpec::bytes).sum();
    }
  }

  /** Returns the parts with weights; the networks list their parameters. */
  List<Weighted> parts(DType dtype) {
    return List.of(
        new Weighted(
            Part.TEXT_ENCODER,
            textEncoder.settings(),
            Weights.specs(dtype, weights -> new GemmaEncoder(weights, textEncoder))),
        new Weighted(
            Part.TRANSFORMER,
            transformer.settings(),
            Weights.specs(dtype, weights -> new SanaTransformer(weights, transformer))),
        new Weighted(
            Part.VAE,
            autoencoder.settings(),
            Weights.specs(dtype, weights -> new Autoencoder(weights, autoencoder))));
  }

  SamplerConfig sampler() {
    return transformer.guidanceEmbedding()
        ? new SamplerConfig.Consistency(0.5) // as in the public Sprint models
        : SamplerConfig.publicFlow();
  }
}
