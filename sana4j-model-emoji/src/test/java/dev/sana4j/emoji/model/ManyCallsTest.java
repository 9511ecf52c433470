package dev.sana4j.emoji.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sana4j.files.ProcessMemory;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.tensor.LiveTensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand calls of one pipeline from eight threads. */
@Tag("slow")
class ManyCallsTest {
  private static final int THREADS = 8;
  private static final int CALLS = 125;
  private static final int SEEDS = 10;
  private static final long MOST_GROWTH = 64L << 20;

  @TempDir private Path cache;

  private static int image(SanaPipeline pipeline, int seed) {
    var request = pipeline.request("a flat cat on a yellow background").seed(seed).steps(2).build();
    return Arrays.hashCode(pipeline.generate(request).get(0).pixels().rgb());
  }

  /** Returns the hash of each image; image i has the seed i % SEEDS. */
  private static List<Integer> images(SanaPipeline pipeline, ExecutorService threads, int count)
      throws Exception {
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int seed = i % SEEDS;
      calls.add(() -> image(pipeline, seed));
    }
    List<Integer> hashes = new ArrayList<>();
    for (Future<Integer> hash : threads.invokeAll(calls)) {
      hashes.add(hash.get());
    }
    return hashes;
  }

  private static long resident() {
    System.gc();
    System.gc();
    return ProcessMemory.resident().orElse(0);
  }

  @Test
  void aThousandCallsGetTheRightImagesInConstantMemory() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (SanaPipeline pipeline = SanaPipeline.builder(EmojiModel.open(cache)).open()) {
      List<Integer> expected = new ArrayList<>();
      for (int seed = 0; seed < SEEDS; seed++) {
        expected.add(image(pipeline, seed));
      }
      var unused = images(pipeline, threads, 10 * THREADS); // warms up
      long tensors = LiveTensors.count();
      long before = resident();
      List<Integer> hashes = images(pipeline, threads, THREADS * CALLS);
      long after = resident();
      for (int i = 0; i < hashes.size(); i++) {
        assertThat(hashes.get(i)).isEqualTo(expected.get(i % SEEDS));
      }
      assertThat(LiveTensors.count()).isEqualTo(tensors);
      assumeTrue(before > 0, "the system does not report resident memory");
      assertThat(after - before).isLessThan(MOST_GROWTH);
    } finally {
      threads.shutdown();
    }
  }
}
