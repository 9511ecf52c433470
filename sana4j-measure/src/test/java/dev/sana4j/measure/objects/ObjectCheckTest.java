package dev.sana4j.measure.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sana4j.files.StrictJson;
import dev.sana4j.measure.MeasureException;
import dev.sana4j.measure.objects.Detection.Box;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ObjectCheckTest {
  private static ObjectRules rules(String json) {
    try {
      return Objects.requireNonNull(ObjectRules.read(StrictJson.mapper().readTree(json)));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Detection found(
      String name, double score, double left, double top, @Nullable String color) {
    return new Detection(name, score, new Box(left, top, left + 10, top + 10), color);
  }

  private static Detection found(String name, double left, double top) {
    return found(name, 0.9, left, top, null);
  }

  private static final ObjectRules TWO =
      rules(
          "{\"tag\":\"two_object\",\"include\":[{\"class\":\"dog\",\"count\":1},"
              + "{\"class\":\"cat\",\"count\":1}]}");
  private static final ObjectRules COUNT =
      rules(
          "{\"tag\":\"counting\",\"include\":[{\"class\":\"dog\",\"count\":2}],"
              + "\"exclude\":[{\"class\":\"dog\",\"count\":3}]}");
  private static final ObjectRules COLOR =
      rules("{\"tag\":\"colors\",\"include\":[{\"class\":\"dog\",\"count\":1,\"color\":\"red\"}]}");
  private static final ObjectRules POSITION =
      rules(
          "{\"tag\":\"position\",\"include\":[{\"class\":\"dog\",\"count\":1},"
              + "{\"class\":\"cat\",\"count\":1,\"position\":[\"right of\",0]}]}");

  @Test
  void allObjectsMustBeThere() {
    assertThat(ObjectCheck.problems(TWO, List.of(found("dog", 0, 0), found("cat", 20, 0))))
        .isEmpty();
    assertThat(ObjectCheck.problems(TWO, List.of(found("dog", 0, 0))))
        .containsExactly("expected 1 cat, found 0");
  }

  @Test
  void unsureDetectionsDoNotCount() {
    assertThat(
            ObjectCheck.problems(TWO, List.of(found("dog", 0, 0), found("cat", 0.29, 20, 0, null))))
        .hasSize(1);
  }

  @Test
  void countsMustBeExactAndNeedSurerDetections() {
    List<Detection> two = List.of(found("dog", 0, 0), found("dog", 20, 0));
    assertThat(ObjectCheck.problems(COUNT, two)).isEmpty();
    List<Detection> three = List.of(two.get(0), two.get(1), found("dog", 40, 0));
    assertThat(ObjectCheck.problems(COUNT, three))
        .containsExactly("expected fewer than 3 dog, found 3");
    assertThat(ObjectCheck.problems(COUNT, List.of(two.get(0), found("dog", 0.8, 20, 0, null))))
        .containsExactly("expected 2 dog, found 1");
  }

  @Test
  void theColourMustBeRight() {
    assertThat(ObjectCheck.problems(COLOR, List.of(found("dog", 0.9, 0, 0, "red")))).isEmpty();
    assertThat(ObjectCheck.problems(COLOR, List.of(found("dog", 0.9, 0, 0, "blue"))))
        .containsExactly("expected 1 red dog, found 0");
  }

  @Test
  void refusesDetectionsWithoutColoursForRulesWithThem() {
    assertThatThrownBy(() -> ObjectCheck.problems(COLOR, List.of(found("dog", 0, 0))))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("have no color");
  }

  @Test
  void thePositionMustBeRight() {
    Detection dog = found("dog", 0, 0);
    assertThat(ObjectCheck.problems(POSITION, List.of(dog, found("cat", 30, 3)))).isEmpty();
    assertThat(ObjectCheck.problems(POSITION, List.of(dog, found("cat", -30, 3))))
        .containsExactly("cat is not right of dog");
    assertThat(ObjectCheck.problems(POSITION, List.of(dog, found("cat", 1, 0))))
        .containsExactly("cat is not right of dog");
  }

  @Test
  void aPositionNeedsItsTarget() {
    assertThat(ObjectCheck.problems(POSITION, List.of(found("cat", 30, 0))))
        .containsExactly("expected 1 dog, found 0", "no dog for cat to be right of");
  }

  @Test
  void aboveAndBelowAreMeasuredDownwards() {
    Box box = new Box(0, 0, 10, 10);
    assertThat(ObjectCheck.relations(new Box(2, 40, 12, 50), box)).containsExactly("below");
    assertThat(ObjectCheck.relations(new Box(2, -40, 12, -30), box)).containsExactly("above");
  }

  @Test
  void refusesDamagedRules() {
    assertThatThrownBy(() -> rules("{\"include\":[{\"class\":\"dog\"}]}"))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("a class and a count");
    assertThatThrownBy(
            () ->
                rules(
                    "{\"include\":[{\"class\":\"dog\",\"count\":1,\"position\":[\"left of\",0]}]}"))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("an earlier rule");
  }
}
