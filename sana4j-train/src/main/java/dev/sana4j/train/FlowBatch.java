package dev.sana4j.train;

import dev.sana4j.tensor.Tensor;
import java.util.List;

/**
 * Noisy latents and what is asked of the network about them: a batch of one worker, or a part of
 * it.
 *
 * @param source where the pictures are from
 * @param noisy (B, C, h, w), float32
 * @param velocity (B, C, h, w), float32, what is to be predicted
 * @param times (B), in [0, 1]
 * @param samples numbers of the pictures in the cache
 * @param captions for each the number of a caption, or that of no caption
 */
record FlowBatch(
    FlowSource source,
    Tensor noisy,
    Tensor velocity,
    Tensor times,
    List<Integer> samples,
    List<Integer> captions) {

  int size() {
    return samples.size();
  }

  FlowBatch part(BatchParts.Range range) {
    return new FlowBatch(
        source,
        range.of(noisy),
        range.of(velocity),
        range.of(times),
        range.of(samples),
        range.of(captions));
  }
}
