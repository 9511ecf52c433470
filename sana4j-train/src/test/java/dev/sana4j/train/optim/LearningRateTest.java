package dev.sana4j.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.train.TrainingException;
import dev.sana4j.train.optim.LearningRate.Decay;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void theWarmUpRisesLinearlyToThePeak() {
    LearningRate rate = LearningRate.constant(2, 4, 100);
    assertThat(rate.at(0)).isEqualTo(0.5);
    assertThat(rate.at(2)).isEqualTo(1.5);
    assertThat(rate.at(3)).isEqualTo(2);
    assertThat(rate.at(99)).isEqualTo(2);
  }

  @Test
  void aLinearDecayFallsInAStraightLineFromItsStart() {
    LearningRate rate = new LearningRate(Decay.LINEAR, 1, 0.2, 0, 100, 0.5);
    assertThat(rate.at(49)).isEqualTo(1);
    assertThat(rate.at(50)).isEqualTo(1);
    assertThat(rate.at(75)).isCloseTo(0.6, within(1e-12));
    assertThat(rate.at(100)).isCloseTo(0.2, within(1e-12));
    assertThat(rate.at(1000)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void aCosineDecayIsHalfwayInItsMiddle() {
    LearningRate rate = new LearningRate(Decay.COSINE, 1, 0, 20, 100, 0);
    assertThat(rate.at(20)).isEqualTo(1);
    assertThat(rate.at(40)).isCloseTo((1 + Math.cos(Math.PI / 4)) / 2, within(1e-12));
    assertThat(rate.at(60)).isCloseTo(0.5, within(1e-12));
    assertThat(rate.at(100)).isCloseTo(0, within(1e-12));
  }

  @Test
  void aDecayOverNoStepsIsAStepToTheEnd() {
    LearningRate rate = new LearningRate(Decay.LINEAR, 1, 0.5, 0, 10, 1);
    assertThat(rate.at(9)).isEqualTo(1);
    assertThat(rate.at(10)).isEqualTo(0.5);
  }

  @Test
  void valuesThatCannotBeAreRefused() {
    assertThatThrownBy(() -> LearningRate.constant(0, 0, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("learning rate 0.0");
    assertThatThrownBy(() -> LearningRate.constant(Double.NaN, 0, 1)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> LearningRate.constant(1, 2, 1)).hasMessageContaining("warm-up 2");
    assertThatThrownBy(() -> LearningRate.constant(1, 0, 0)).hasMessageContaining("steps 0");
    assertThatThrownBy(() -> new LearningRate(Decay.LINEAR, 1, 2, 0, 1, 1))
        .hasMessageContaining("final learning rate 2.0");
    assertThatThrownBy(() -> new LearningRate(Decay.LINEAR, 1, 0, 0, 1, 1.5))
        .hasMessageContaining("decay from 1.5");
  }
}
