package dev.sana4j.train.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.train.TrainingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPlanTest {
  @Test
  void withoutOptionsOneProcessTrains() {
    assertThat(WorkerPlan.of(null, null, null)).isEqualTo(new WorkerPlan.Local(1));
  }

  @Test
  void workersAloneAreOfThisMachine() {
    assertThat(WorkerPlan.of(2, null, null)).isEqualTo(new WorkerPlan.Local(2));
  }

  @Test
  void aRendezvousJoinsMachines() {
    assertThat(WorkerPlan.of(2, 1, "node-0.lan:29500"))
        .isEqualTo(new WorkerPlan.Remote(1, 2, new Rendezvous("node-0.lan", 29500)));
  }

  @Test
  void anAddressOfVersionSixStandsInBrackets() {
    assertThat(Rendezvous.parse("[fe80::1]:80")).isEqualTo(new Rendezvous("fe80::1", 80));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "host:", ":1", "a b:1", "host:1x", "::1:80", "host:123456"})
  void anotherFormOfRendezvousIsRefused(String text) {
    assertThatThrownBy(() -> Rendezvous.parse(text))
        .isInstanceOf(TrainingException.class)
        .hasMessage("rendezvous '" + text + "' is not host:port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host:0", "host:65536"})
  void aPortOutOfRangeIsRefused(String text) {
    assertThatThrownBy(() -> Rendezvous.parse(text)).hasMessageContaining("between 1 and 65535");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65})
  void aNumberOfWorkersOutOfRangeIsRefused(int workers) {
    assertThatThrownBy(() -> WorkerPlan.of(workers, null, null))
        .isInstanceOf(TrainingException.class)
        .hasMessage("workers " + workers + " is not between 1 and 64");
  }

  @Test
  void optionsThatDoNotFitEachOtherAreRefused() {
    assertThatThrownBy(() -> WorkerPlan.of(2, 0, null)).hasMessageContaining("a rank needs");
    assertThatThrownBy(() -> WorkerPlan.of(2, null, "a:1")).hasMessageContaining("needs the rank");
    assertThatThrownBy(() -> WorkerPlan.of(null, 0, "a:1")).hasMessageContaining("the workers");
    assertThatThrownBy(() -> WorkerPlan.of(2, 2, "a:1"))
        .hasMessage("rank 2 is not between 0 and 1");
  }
}
