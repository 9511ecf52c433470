package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageSize;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchSamplerTest {
  private static final ImageSize WIDE = new ImageSize(64, 32);
  private static final ImageSize TALL = new ImageSize(32, 64);
  private static final ImageSize RARE = new ImageSize(32, 32);

  /** Returns 20 wide images, 10 tall ones, and 2 of a rare size. */
  private static ImageSize bucket(int sample) {
    if (sample < 20) {
      return WIDE;
    }
    return sample < 30 ? TALL : RARE;
  }

  private static BatchSampler sampler(int batch, long seed) {
    return BatchSampler.of(32, BatchSamplerTest::bucket, batch, seed);
  }

  private static List<Batch> batches(BatchSampler sampler, BatchPosition from, int count) {
    var batches = new ArrayList<Batch>();
    BatchPosition position = sampler.settle(from);
    for (int i = 0; i < count; i++) {
      batches.add(sampler.batch(position));
      position = sampler.next(position);
    }
    return batches;
  }

  @Test
  void aBatchHasOneSize() {
    for (Batch batch : batches(sampler(4, 1), BatchPosition.START, 50)) {
      assertThat(batch.samples()).hasSize(4).allMatch(s -> bucket(s).equals(batch.size()));
    }
  }

  @Test
  void anImageWithRepeatsComesThatOftenInAnEpoch() {
    BatchSampler sampler = BatchSampler.of(2, sample -> WIDE, sample -> sample == 0 ? 3 : 1, 2, 1);
    assertThat(batches(sampler, BatchPosition.START, 2).stream().flatMap(b -> b.samples().stream()))
        .containsExactlyInAnyOrder(0, 0, 0, 1);
  }

  @Test
  void anImageOfALargeBucketComesAtMostOnceAnEpoch() {
    BatchSampler sampler = sampler(4, 1);
    for (long epoch = 0; epoch < 5; epoch++) {
      List<Integer> large = new ArrayList<>();
      for (int i = 0; i < sampler.batches(epoch); i++) {
        Batch batch = sampler.batch(new BatchPosition(epoch, i));
        if (!batch.size().equals(RARE)) {
          large.addAll(batch.samples());
        }
      }
      assertThat(large).doesNotHaveDuplicates().hasSize(28);
    }
  }

  @Test
  void everyImageIsSeenInTheEnd() {
    Set<Integer> seen = new HashSet<>();
    batches(sampler(4, 1), BatchPosition.START, 60).forEach(b -> seen.addAll(b.samples()));

    assertThat(seen).hasSize(32);
  }

  @Test
  void aSmallBucketIsSeenOnceAnEpochOnAverage() {
    BatchSampler sampler = sampler(5, 3);
    int[] seen = new int[32];
    for (long epoch = 0; epoch < 50; epoch++) {
      for (int i = 0; i < sampler.batches(epoch); i++) {
        sampler.batch(new BatchPosition(epoch, i)).samples().forEach(s -> seen[s]++);
      }
    }

    assertThat(seen[30]).isBetween(48, 52);
    assertThat(seen[31]).isBetween(48, 52);
  }

  @Test
  void aTrainingGoesOnWhereItStopped() {
    List<Batch> whole = batches(sampler(4, 7), BatchPosition.START, 30);
    BatchPosition stopped = whole.get(17).position();

    assertThat(batches(sampler(4, 7), stopped, 13)).isEqualTo(whole.subList(17, 30));
  }

  @Test
  void epochsAndSeedsHaveOrdersOfTheirOwn() {
    List<Batch> first = batches(sampler(4, 7), BatchPosition.START, 5);

    assertThat(batches(sampler(4, 8), BatchPosition.START, 5)).isNotEqualTo(first);
    assertThat(batches(sampler(4, 7), new BatchPosition(1, 0), 5).stream().map(Batch::samples))
        .isNotEqualTo(first.stream().map(Batch::samples).toList());
  }

  @Test
  void workersTogetherSeeWhatOneSees() {
    Batch whole = sampler(6, 1).batch(BatchPosition.START);

    List<Integer> parts = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      parts.addAll(whole.slice(rank, 3).samples());
    }

    assertThat(parts).isEqualTo(whole.samples());
  }

  @Test
  void aBatchThatCannotBeSharedIsRefused() {
    Batch whole = sampler(5, 1).batch(BatchPosition.START);

    assertThatThrownBy(() -> whole.slice(0, 2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("multiple of the workers");
  }

  @Test
  void fewerImagesThanABatchAreEnough() {
    var sampler = BatchSampler.of(3, sample -> RARE, 16, 1);

    Batch batch = batches(sampler, BatchPosition.START, 1).get(0);

    assertThat(batch.samples()).hasSize(16).contains(0, 1, 2);
  }

  private static BatchSampler ordered(int samples, SampleOrder order, int batch) {
    return BatchSampler.of(
        samples, sample -> sample / 4 % 2 == 0 ? WIDE : TALL, sample -> 1, order, batch, 5);
  }

  @Test
  void aGroupComesInOneBatch() {
    BatchSampler sampler = ordered(64, new SampleOrder(2, 0), 8);
    for (long epoch = 0; epoch < 3; epoch++) {
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < sampler.batches(epoch); i++) {
        List<Integer> samples = sampler.batch(new BatchPosition(epoch, i)).samples();
        seen.addAll(samples);
        assertThat(samples).allMatch(sample -> samples.contains(sample ^ 1));
      }
      assertThat(seen).hasSize(64);
    }
    assertThat(sampler.batch(new BatchPosition(0, 0)).samples())
        .isNotEqualTo(sampler.batch(new BatchPosition(1, 0)).samples());
  }

  @Test
  void aWindowKeepsTheOrderOfTheDataSet() {
    BatchSampler sampler = ordered(320, new SampleOrder(2, 80), 8);
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < sampler.batches(0); i++) {
      all.addAll(sampler.batch(new BatchPosition(0, i)).samples());
    }
    assertThat(all).hasSize(320).doesNotHaveDuplicates();
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i) / 80).as("sample %d at %d", all.get(i), i).isEqualTo(i / 80);
    }
    for (int i = 0; i < all.size(); i += 2) {
      assertThat(all.get(i) ^ 1).isEqualTo(all.get(i + 1));
    }
    assertThat(all.subList(0, 80)).isNotEqualTo(all.subList(0, 80).stream().sorted().toList());
  }

  @Test
  void ordersThatAreNoneAreRefused() {
    assertThatThrownBy(() -> new SampleOrder(0, 0)).hasMessageContaining("at least 1 image, not 0");
    assertThatThrownBy(() -> new SampleOrder(2, 3)).hasMessageContaining("multiple of the 2");
    assertThatThrownBy(() -> new SampleOrder(1, -1)).isInstanceOf(DataException.class);
  }

  @Test
  void anIncompleteGroupIsTrainedInEverySecondEpoch() {
    var order = new SampleOrder(3, 0);
    BatchSampler sampler = BatchSampler.of(20, sample -> WIDE, sample -> 1, order, 6, 5);
    Set<Integer> seen = new HashSet<>();
    for (long epoch = 0; epoch < 8; epoch++) {
      assertThat(sampler.batches(epoch)).isEqualTo(3);
      Set<Integer> once = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        List<Integer> samples = sampler.batch(new BatchPosition(epoch, i)).samples();
        assertThat(once).doesNotContainAnyElementsOf(samples);
        once.addAll(samples);
        if (epoch % 2 == 0) {
          assertThat(samples).allMatch(sample -> samples.contains(sample / 3 * 3 + 1));
        }
      }
      assertThat(once.contains(18) && once.contains(19)).isEqualTo(epoch % 2 == 1);
      seen.addAll(once);
    }
    assertThat(seen).hasSize(20);
  }
}
