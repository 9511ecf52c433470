package dev.sana4j.train;

import dev.sana4j.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

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

  /** As many parts as asked for, or one a picture; their sizes differ by one at most. */
  List<FlowBatch> parts(int count) {
    int parts = Math.min(count, size());
    return IntStream.range(0, parts)
        .mapToObj(i -> part(size() * i / parts, size() * (i + 1) / parts))
        .toList();
  }

  private FlowBatch part(int from, int to) {
    return new FlowBatch(
        source,
        noisy.narrow(0, from, to - from),
        velocity.narrow(0, from, to - from),
        times.narrow(0, from, to - from),
        samples.subList(from, to),
        captions.subList(from, to));
  }
}
