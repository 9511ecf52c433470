package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.emoji.scene.HeldOut;
import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExamScenesTest {
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theyAreHeldOutButForACountOfOne(Kind kind) {
    assertThat(Exam.scenes(Exam.prompts(60, 10, 64, "square=1", Split.TEST), kind, 60))
        .hasSize(60)
        .allMatch(scene -> scene.kind() == kind)
        .allMatch(ExamScenesTest::isFromItsSplit);
  }

  private static boolean isFromItsSplit(Scene scene) {
    boolean one = scene.kind() == Kind.COUNT && scene.places().size() == 1;
    return one ? HeldOut.isForTraining(scene) : HeldOut.isForTesting(scene);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void ofTheTrainingSplitNoneIsHeldOut(Kind kind) {
    assertThat(Exam.scenes(Exam.prompts(20, 10, 64, "square=1", Split.TRAIN), kind, 40))
        .allMatch(HeldOut::isForTraining);
  }

  @Test
  void everyCountComesEquallyOften() {
    List<Scene> scenes =
        Exam.scenes(Exam.prompts(60, 10, 64, "square=1", Split.TEST), Kind.COUNT, 150);
    for (int number = 1; number <= 5; number++) {
      int asked = number;
      assertThat(scenes).filteredOn(scene -> scene.places().size() == asked).hasSize(30);
    }
  }

  @Test
  void fewerCountsAndRelationsMayBeAsked() {
    EvaluationOptions.Prompts few =
        Exam.prompts(60, 10, 64, "square=1", Split.TEST)
            .limitedTo(3, Set.of(Relation.BELOW, Relation.LEFT));
    assertThat(Exam.scenes(few, Kind.COUNT, 9))
        .extracting(scene -> scene.places().size())
        .containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3);
    assertThat(Exam.scenes(few, Kind.PAIR, 4))
        .extracting(Scene::relation)
        .containsExactly(Relation.LEFT, Relation.BELOW, Relation.LEFT, Relation.BELOW);
    assertThatThrownBy(() -> few.limitedTo(1, Set.of(Relation.LEFT)))
        .hasMessage("the largest count must be 2 to 5, not 1");
  }

  @Test
  void tooFewObjectsForACountAreRefused() {
    assertThatThrownBy(
            () -> Exam.scenes(Exam.prompts(40, 10, 64, "square=1", Split.TEST), Kind.COUNT, 6))
        .isInstanceOf(EvaluationException.class)
        .hasMessage(
            "no scene of 2 objects can be drawn from 40 objects in the split test; use more"
                + " objects");
  }
}
