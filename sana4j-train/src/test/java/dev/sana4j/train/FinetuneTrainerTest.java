package dev.sana4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FinetuneTrainerTest {
  @Test
  void everyWorkerAndEveryBatchHasADropoutMaskOfItsOwn() {
    Set<Long> seeds = new HashSet<>();
    for (int rank = 0; rank < 4; rank++) {
      for (long batch = 0; batch < 100; batch++) {
        seeds.add(FinetuneTrainer.dropoutSeed(7, batch, rank));
      }
    }
    assertThat(seeds).hasSize(400);
  }

  @Test
  void oneWorkerDropsWhatItDidBeforeThereWereSeveral() {
    assertThat(FinetuneTrainer.dropoutSeed(7, 3, 0)).isEqualTo(Seeds.of(7, 3, "dropout"));
  }
}
