package dev.sana4j.train.flow;

import dev.sana4j.diffusion.FlowMatching;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.train.loop.BatchParts;
import java.util.List;

/**
 * Latents and their random draws: a batch of one worker, or a part of it.
 *
 * @param source where the images are from
 * @param latents (B, C, h, w), float32
 * @param noise (B, C, h, w), float32
 * @param times (B), in [0, 1] for flow matching
 * @param samples numbers of the images in the cache
 * @param captions for each the number of a caption, or the number that means no caption
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

  /** The input of the network, (B, C, h, w). */
  Tensor noisy() {
    return FlowMatching.noisy(latents, noise, times);
  }

  /** The target of the network, (B, C, h, w). */
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
