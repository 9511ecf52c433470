package dev.sana4j.pipeline.engine;

import dev.sana4j.diffusion.ClassifierFreeGuidance;
import dev.sana4j.diffusion.Denoiser;
import dev.sana4j.diffusion.GuidanceInterval;
import dev.sana4j.diffusion.TrigFlow;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates denoisers from a transformer with fixed prompts, guidance and control. The prompt
 * embeddings belong to the caller and must outlive the denoiser.
 *
 * @param transformer predicts a velocity
 * @param device its device
 */
public record DenoiserFactory(SanaTransformer transformer, Device device) {

  /** Returns the denoiser for one batch of images of a request. */
  Denoiser of(
      SamplerConfig sampler,
      GenerationRequest request,
      SanaModel.Condition condition,
      @Nullable BoundControl control) {
    if (sampler instanceof SamplerConfig.Consistency consistency) {
      return student(condition.prompt(), request.guidance(), consistency.sigmaData(), control);
    }
    Denoiser plain = flow(condition.prompt(), control);
    PromptEmbedding negative = condition.negative();
    if (negative == null) {
      return plain;
    }
    GuidanceLimits limits = request.guidanceLimits();
    Denoiser guided =
        ClassifierFreeGuidance.rescaled(
            flow(PromptEmbedding.batch(List.of(negative, condition.prompt())), control),
            request.guidance(),
            limits.rescale());
    return GuidanceInterval.of(guided, plain, limits.low(), limits.high());
  }

  /**
   * Returns a denoiser for a TrigFlow student, for latents with the standard deviation of the data.
   *
   * @param prompt (B, L, width)
   * @param guidance guidance scale, which the network embeds
   * @param sigmaData standard deviation of data and noise
   * @return a denoiser of B latents
   */
  public Denoiser student(PromptEmbedding prompt, double guidance, double sigmaData) {
    return student(prompt, guidance, sigmaData, null);
  }

  private Denoiser student(
      PromptEmbedding prompt, double guidance, double sigmaData, @Nullable BoundControl control) {
    double scaled = guidance * transformer.config().guidanceScale();
    return TrigFlow.of(bound(prompt, 1, scaled, control), sigmaData);
  }

  /**
   * Returns a denoiser for a flow-matching model with classifier-free guidance.
   *
   * @param negative (B, L, width), embeddings of the negative prompts
   * @param prompt B embeddings of the prompts; L may differ
   * @param guidance guidance scale
   * @return a denoiser of B latents
   */
  public Denoiser guided(PromptEmbedding negative, PromptEmbedding prompt, double guidance) {
    PromptEmbedding both = PromptEmbedding.batch(List.of(negative, prompt));
    return ClassifierFreeGuidance.of(flow(both, null), guidance);
  }

  private Denoiser flow(PromptEmbedding text, @Nullable BoundControl control) {
    return bound(text, transformer.config().timestepScale(), 0, control);
  }

  private Denoiser bound(
      PromptEmbedding text, double timeScale, double guidance, @Nullable BoundControl control) {
    DType dtype = transformer.dtype();
    Tensor states = text.states().to(device).to(dtype);
    Tensor mask = text.mask().to(device);
    boolean isGuided = transformer.config().guidanceEmbedding();
    return (latents, time) -> {
      long batch = latents.size(0);
      Tensor times = Tensors.full(time * timeScale, DType.FLOAT32, device, batch);
      Tensor scale = isGuided ? Tensors.full(guidance, DType.FLOAT32, device, batch) : null;
      SanaInput input = new SanaInput(latents.to(dtype), states, mask, times, scale, null);
      Tensor residuals = control == null ? null : control.residuals(input, time);
      return transformer
          .apply(residuals == null ? input : input.with(residuals))
          .narrow(1, 0, transformer.config().inChannels()) // drops a learned variance
          .to(DType.FLOAT32);
    };
  }
}
