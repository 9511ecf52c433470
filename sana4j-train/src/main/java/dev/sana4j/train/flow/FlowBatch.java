package dev.sana4j.train.flow;

import dev.sana4j.diffusion.FlowMatching;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.train.loop.BatchParts;
import java.util.List;

/**
 * Latents with their random draws: a batch of one worker, or a part of it.
 *
 * @param source source of the images
 * @param latents (B, C, h, w), float32
 * @param noise (B, C, h, w), float32
 * @param times (B), in [0, 1] for flow matching
 * @param samples indices of the images in the cache
 * @param captions index of a caption per image, or the index that means no caption
 */
public record FlowBatch(
    FlowSource source,
    Tensor latents,
    Tensor noise,
    Tensor times,
    List<Integer> samples,
    List<Integer> captions)
    implements TensorGroup {

  @Override
  public List<Tensor> tensors() {
    return List.of(latents, noise, times);
  }

  public int size() {
    return samples.size();
  }

  /** Returns the input of the network, (B, C, h, w). */
  Tensor noisy() {
    return FlowMatching.noisy(latents, noise, times);
  }

  /** Returns the target of the network, (B, C, h, w). */
  Tensor velocity() {
    return FlowMatching.velocity(latents, noise);
  }

  public FlowBatch part(BatchParts.Range range) {
    return new FlowBatch(
        source,
        range.of(latents),
        range.of(noise),
        range.of(times),
        range.of(samples),
        range.of(captions));
  }
}
