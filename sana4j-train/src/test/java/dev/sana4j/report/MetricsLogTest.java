package dev.sana4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_500L), ZoneOffset.UTC);

  @TempDir Path parent;
  private final List<String> warnings = new ArrayList<>();
  private long rows;

  @Test
  void valuesOfAStepAreARow() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.scalar(1, "loss", 0.5);
      log.scalar(1, "learning_rate", 1e-4);
      log.row(2, Map.of("loss", 0.25));
      log.row(3, Map.of("learning_rate", 2e-4));
    }
    assertThat(csv())
        .containsExactly("step,loss,learning_rate", "1,0.5,1.0E-4", "2,0.25,", "3,,2.0E-4");
  }

  @Test
  void aNewNameBecomesAColumn() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.scalar(1, "loss", 1);
      log.row(2, ordered("loss", 2, "eval/loss", 3));
      log.scalar(3, "eval/loss", 4);
    }
    assertThat(csv()).containsExactly("step,loss,eval/loss", "1,1.0,", "2,2.0,3.0", "3,,4.0");
  }

  @Test
  void aRowIsOnDiskOnceTheNextStepBegins() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.scalar(1, "loss", 1);
      log.scalar(2, "loss", 2);
      assertThat(csv()).containsExactly("step,loss", "1,1.0");
      log.flush();
      assertThat(csv()).hasSize(3);
    }
  }

  @Test
  void aResumedLogForgetsLaterSteps() throws IOException {
    try (MetricsLog log = open(-1)) {
      for (int step = 1; step <= 5; step++) {
        log.scalar(step, "loss", step);
      }
    }
    try (MetricsLog log = open(2)) {
      log.scalar(3, "loss", 30);
    }
    assertThat(csv()).containsExactly("step,loss", "1,1.0", "2,2.0", "3,30.0");
    assertThat(EventReader.scalars(folder(), "loss")).isEqualTo(Map.of(1L, 1f, 2L, 2f, 3L, 30f));
  }

  @Test
  void aNewTrainingForgetsEverything() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.scalar(0, "loss", 1);
    }
    open(-1).close();
    assertThat(csv()).containsExactly("step,loss");
    assertThat(EventReader.scalars(folder(), "loss")).isEmpty();
  }

  @Test
  void aTornLineIsDropped() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.row(1, Map.of("loss", 0.5));
    }
    append("2,0.2");
    open(9).close();
    assertThat(csv()).containsExactly("step,loss", "1,0.5");
  }

  @Test
  void damagedLinesAreDroppedAndTheOthersKept() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.row(1, Map.of("loss", 0.5));
    }
    append("x,1\n3\n4,1,2\n\0\0\0\n\n5,y\n6,7.0\n");
    open(9).close();
    assertThat(csv()).containsExactly("step,loss", "1,0.5", "6,7.0");
  }

  @Test
  void whatIsNotFiniteIsWrittenAndDrawnAround() throws IOException {
    try (MetricsLog log = open(-1)) {
      double[] values = {1, Double.NaN, Double.POSITIVE_INFINITY, 2, Double.NEGATIVE_INFINITY};
      for (int step = 0; step < values.length; step++) {
        log.row(step, ordered("loss", values[step], "nothing", Double.NaN));
      }
    }
    assertThat(csv())
        .containsExactly(
            "step,loss,nothing",
            "0,1.0,NaN",
            "1,NaN,NaN",
            "2,Infinity,NaN",
            "3,2.0,NaN",
            "4,-Infinity,NaN");
    open(4).close();
    assertThat(csv()).hasSize(6);
    assertThat(warnings).isEmpty();
    assertThat(folder().resolve("curves.png")).isNotEmptyFile();
  }

  @Test
  void theEventFileBeginsAsTensorBoardExpects() throws IOException {
    open(41).close();
    Path file = folder().resolve("events.out.tfevents.1700000000.sana4j");
    assertThat(Arrays.copyOf(Files.readAllBytes(file), 12))
        .containsExactly(0x18, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22);
    List<EventReader.Fields> events = EventReader.events(file);
    assertThat(events).hasSize(2);
    assertThat(events.get(0).one(1)).isEqualTo(1_700_000_000.5);
    assertThat(events.get(0).text(3)).isEqualTo("brain.Event:2");
    assertThat(events.get(1).one(2)).isEqualTo(42L);
    assertThat(events.get(1).message(7).one(1)).isEqualTo(1L);
  }

  @Test
  void theEventFileOfAResumedTrainingComesAfterTheFirst() throws IOException {
    open(-1).close();
    open(1).close();
    try (Stream<Path> files = Files.list(folder())) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.contains("events")))
          .containsExactlyInAnyOrder(
              "events.out.tfevents.1700000000.sana4j", "events.out.tfevents.1700000001.sana4j");
    }
  }

  @Test
  void imagesAreInTheEventFileAsPng() throws IOException {
    byte[] pixels = {(byte) 200, 100, 50, 1, 2, 3};
    try (MetricsLog log = open(-1)) {
      log.image(7, "samples", RgbImage.of(2, 1, pixels));
    }
    var event =
        EventReader.events(folder().resolve("events.out.tfevents.1700000000.sana4j")).get(2);
    assertThat(event.one(2)).isEqualTo(7L);
    var value = event.message(5).message(1);
    assertThat(value.text(1)).isEqualTo("samples");
    var image = value.message(4);
    assertThat(List.of(image.one(1), image.one(2), image.one(3))).isEqualTo(List.of(1L, 2L, 3L));
    Path png = Files.write(parent.resolve("a.png"), (byte[]) image.one(4));
    assertThat(ImageFiles.read(png).rgb()).isEqualTo(pixels);
  }

  @Test
  void aDiskThatTakesNothingCostsOneWarning() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.scalar(1, "loss", 1);
      log.flush();
      Files.move(folder(), parent.resolve("gone"));
      log.scalar(2, "fresh", 1);
      log.flush();
      log.scalar(3, "fresher", 1);
    }
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0))
        .startsWith("metrics cannot be written to " + folder())
        .hasLineCount(1);
  }

  /** A clock that a test sets. */
  private static final class SetClock extends Clock {
    private Instant now = CLOCK.instant();

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void curvesAreDrawnAnewEveryHalfMinuteAndValuesAtOnce() throws IOException {
    SetClock clock = new SetClock();
    try (MetricsLog log = MetricsLog.open(folder(), -1, warnings::add, clock)) {
      assertThat(isDrawnBy(log, MetricsLog::flush)).as("the first").isTrue();
      clock.now = clock.now.plusSeconds(29);
      assertThat(isDrawnBy(log, MetricsLog::flush)).as("29 s later").isFalse();
      assertThat(csv()).hasSize(3);
      clock.now = clock.now.plusSeconds(1);
      assertThat(isDrawnBy(log, MetricsLog::flush)).as("30 s later").isTrue();
      assertThat(isDrawnBy(log, MetricsLog::force)).as("a checkpoint").isTrue();
      assertThat(isDrawnBy(log, MetricsLog::flush)).as("after it").isFalse();
      clock.now = clock.now.minusSeconds(3600);
      assertThat(isDrawnBy(log, MetricsLog::flush)).as("a clock set back").isTrue();
      assertThat(isDrawnBy(log, MetricsLog::close)).as("the end").isTrue();
    }
  }

  /** Returns whether the call redraws the curves; adds a row before it. */
  private boolean isDrawnBy(MetricsLog log, Consumer<MetricsLog> call) throws IOException {
    Path curves = folder().resolve("curves.png");
    Files.deleteIfExists(curves);
    log.scalar(rows++, "loss", 1);
    call.accept(log);
    return Files.exists(curves);
  }

  @Test
  void curvesThatShowEverythingAreNotDrawnAgain() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.scalar(1, "loss", 1);
      log.force();
      Files.delete(folder().resolve("curves.png"));
    }
    assertThat(folder().resolve("curves.png")).doesNotExist();
  }

  @Test
  void anInterruptedThreadGoesOnWriting() throws IOException {
    try (MetricsLog log = open(-1)) {
      log.scalar(1, "loss", 1);
      Thread.currentThread().interrupt();
      log.scalar(2, "loss", 2);
      log.scalar(3, "loss", 3);
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(csv()).hasSize(4);
    assertThat(warnings).isEmpty();
  }

  @Test
  void aFolderThatCannotBeMadeIsRefused() throws IOException {
    Files.createFile(folder());
    assertThatThrownBy(() -> open(-1))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining(folder().toString());
  }

  @Test
  void anotherTableOfTheSameNameIsNotOverwritten() throws IOException {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("metrics.csv"), "name,age\nx,1\n");
    assertThatThrownBy(() -> open(-1))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("is not a table of metrics");
    assertThat(csv()).containsExactly("name,age", "x,1");
  }

  @Test
  void aNameThatWouldBreakTheTableIsRefused() {
    try (MetricsLog log = open(-1)) {
      assertThatThrownBy(() -> log.scalar(1, "a,b", 1)).isInstanceOf(ReportException.class);
      assertThatThrownBy(() -> log.scalar(1, "", 1)).isInstanceOf(ReportException.class);
    }
  }

  private MetricsLog open(long resumedAtStep) {
    return MetricsLog.open(folder(), resumedAtStep, warnings::add, CLOCK);
  }

  private Path folder() {
    return parent.resolve("run");
  }

  private List<String> csv() throws IOException {
    return Files.readAllLines(folder().resolve("metrics.csv"));
  }

  private void append(String text) throws IOException {
    Files.writeString(folder().resolve("metrics.csv"), text, StandardOpenOption.APPEND);
  }

  private static Map<String, Double> ordered(String a, double x, String b, double y) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(a, x);
    values.put(b, y);
    return values;
  }
}
