package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CaptionChoiceTest {
  private static final int DRAWS = 20_000;

  private static double[] shares(CaptionChoice choice, List<Caption> captions) {
    double[] shares = new double[captions.size()];
    for (int i = 0; i < DRAWS; i++) {
      shares[choice.choose(captions, 3, i / 100, i % 100)] += 1.0 / DRAWS;
    }
    return shares;
  }

  @Test
  void scoresAreWeightedBySoftmax() {
    var captions = List.of(new Caption("a", 0.25), new Caption("b", 0.35));

    double[] shares = shares(new CaptionChoice(0.1, 0), captions);

    // e^3.5 / (e^2.5 + e^3.5)
    assertThat(shares[1]).isCloseTo(0.7311, within(0.015));
  }

  @Test
  void scoresOfAnySizeAreNumbersToWorkWith() {
    var captions = List.of(new Caption("a", 1e6), new Caption("b", 2e6));

    assertThat(shares(new CaptionChoice(0.1, 0), captions)[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void captionsBelowTheThresholdAreLeftOut() {
    var choice = new CaptionChoice(100, 22);
    var captions = List.of(new Caption("a", 21), new Caption("b", 22), new Caption("c", 30));

    double[] shares = shares(choice, captions);

    assertThat(shares[0]).isZero();
    assertThat(shares[1]).isGreaterThan(0.4);
  }

  @Test
  void theBestIsTakenWhereAllAreBelowTheThreshold() {
    var choice = new CaptionChoice(100, 50);

    assertThat(shares(choice, List.of(new Caption("a", 21), new Caption("b", 30)))[0]).isZero();
  }

  @Test
  void captionsWithoutScoresAreEquallyLikely() {
    var captions = List.of(Caption.of("a"), new Caption("b", 30), Caption.of("c"));

    for (double share : shares(new CaptionChoice(0.1, 0), captions)) {
      assertThat(share).isCloseTo(1 / 3.0, within(0.015));
    }
  }

  @Test
  void aTemperatureOfZeroIsRefused() {
    assertThatThrownBy(() -> new CaptionChoice(0, 0)).isInstanceOf(DataException.class);
  }
}
