package dev.sana4j.pipeline.engine;

import dev.sana4j.diffusion.ClassifierFreeGuidance;
import dev.sana4j.diffusion.Denoiser;
import dev.sana4j.diffusion.GuidanceInterval;
import dev.sana4j.diffusion.TrigFlow;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.pipeline.request.ModelConfig;
import dev.sana4j.pipeline.request.SamplerConfig;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transformer of a model as a denoiser: its text, guidance and control are bound. */
final class BoundTransformer {
  private final SanaTransformer transformer;
  private final ModelConfig config;
  private final Device device;

  BoundTransformer(SanaTransformer transformer, ModelConfig config, Device device) {
    this.transformer = transformer;
    this.config = config;
    this.device = device;
  }

  /** For one batch of images, at the times of the model's sampler. */
  Denoiser of(
      GenerationRequest request, SanaModel.Condition condition, @Nullable BoundControl control) {
    PromptEmbedding prompt = condition.prompt();
    PromptEmbedding negative = condition.negative();
    if (config.sampler() instanceof SamplerConfig.Consistency consistency) {
      double guidance = request.guidance() * config.transformer().guidanceScale();
      return TrigFlow.of(bound(prompt, 1, guidance, control), consistency.sigmaData());
    }
    double timeScale = config.transformer().timestepScale();
    Denoiser plain = bound(prompt, timeScale, 0, control);
    if (negative == null) {
      return plain;
    }
    GuidanceLimits limits = request.guidanceLimits();
    Denoiser guided =
        ClassifierFreeGuidance.rescaled(
            bound(PromptEmbedding.batch(List.of(negative, prompt)), timeScale, 0, control),
            request.guidance(),
            limits.rescale());
    return GuidanceInterval.of(guided, plain, limits.low(), limits.high());
  }

  private Denoiser bound(
      PromptEmbedding text, double timeScale, double guidance, @Nullable BoundControl control) {
    DType dtype = transformer.dtype();
    Tensor states = text.states().to(dtype);
    return (latents, time) -> {
      long batch = latents.size(0);
      Tensor times = Tensors.full(time * timeScale, DType.FLOAT32, device, batch);
      Tensor scale =
          config.isSprint() ? Tensors.full(guidance, DType.FLOAT32, device, batch) : null;
      SanaInput input = new SanaInput(latents.to(dtype), states, text.mask(), times, scale, null);
      Tensor residuals = control == null ? null : control.residuals(input, time);
      return transformer
          .apply(residuals == null ? input : input.with(residuals))
          .narrow(1, 0, config.transformer().inChannels()) // drops a learned variance
          .to(DType.FLOAT32);
    };
  }
}
