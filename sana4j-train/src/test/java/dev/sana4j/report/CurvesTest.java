package dev.sana4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.RgbImage;
import dev.sana4j.report.Curve.Point;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurvesTest {

  @Test
  void aMillionValuesAreFewPointsThatKeepTheMean() {
    Curve curve = new Curve();
    for (int step = 1; step <= 1_000_000; step++) {
      curve.add(step, step);
    }
    List<Point> points = curve.points();
    assertThat(points).hasSizeBetween(500, 1024);
    assertThat(points.get(points.size() - 1).step()).isEqualTo(1_000_000);
    assertThat(points).isSortedAccordingTo((a, b) -> Long.compare(a.step(), b.step()));
    assertThat(points.get(0).value()).isEqualTo((1 + points.get(0).step()) / 2.0);
  }

  @Test
  void aFewValuesAreKeptAsTheyAre() {
    assertThat(curve(5, x -> x).points())
        .extracting(Point::value)
        .containsExactly(0., 1., 2., 3., 4.);
  }

  @Test
  void whatIsNotFiniteDoesNotSpoilTheMeanOfItsNeighbours() {
    Curve curve = curve(4096, x -> x % 2 == 0 ? 3 : Double.NaN);
    assertThat(curve.points()).extracting(Point::value).containsOnly(3.0);
  }

  @Test
  void theSmoothedLineIsNearTheMeanOfNoise() {
    var random = new Random(1);
    List<Point> points = curve(1000, x -> 5 + random.nextGaussian()).points();
    assertThat(Curve.noisy(points)).isTrue();
    List<Point> smooth = Curve.smoothed(points);
    assertThat(smooth.subList(100, 1000)).allSatisfy(p -> assertThat(p.value()).isBetween(4., 6.));
    assertThat(smooth.get(0)).isEqualTo(points.get(0));
  }

  @Test
  void aScheduleIsNotNoise() {
    assertThat(Curve.noisy(curve(500, x -> Math.cos(x / 500)).points())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {0, 1, -1, 1e-300, 1e300, -1e300, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN})
  void anyValueCanBeDrawnAloneAndAmongOthers(double value) {
    assertThat(draw(Map.of("loss", curve(1, x -> value)))).isNotNull();
    assertThat(draw(Map.of("loss", curve(3, x -> value)))).isNotNull();
    assertThat(draw(Map.of("loss", curve(9, x -> x == 4 ? value : x % 3)))).isNotNull();
    assertThat(draw(Map.of("loss", curve(9, x -> x == 4 ? value : 1e-9 + x % 2)))).isNotNull();
  }

  @Test
  void metricsOfOneGroupShareAPanelAndPanelsStack() {
    Map<String, Curve> curves = new TreeMap<>();
    curves.put("learning_rate", curve(50, x -> x));
    curves.put("loss/eval", curve(50, x -> 2 / (x + 1)));
    curves.put("loss/train", curve(50, x -> 1 / (x + 1)));
    RgbImage two = draw(curves);
    curves.remove("loss/eval");
    assertThat(draw(curves).size()).isEqualTo(two.size());
    curves.remove("loss/train");
    assertThat(draw(curves).height()).isEqualTo(two.height() / 2);
  }

  @Test
  void theCurveIsOnTheImage() {
    byte[] drawn = draw(Map.of("loss", curve(50, x -> x))).rgb();
    byte[] other = draw(Map.of("loss", curve(50, x -> -x))).rgb();
    assertThat(drawn).isNotEqualTo(other);
  }

  @Test
  void aHundredMetricsMakeNoImageWithoutEnd() {
    Map<String, Curve> curves = new TreeMap<>();
    for (int i = 0; i < 100; i++) {
      curves.put("m" + i, curve(3, x -> x));
    }
    assertThat(draw(curves).height()).isLessThan(5000);
  }

  private static RgbImage draw(Map<String, Curve> curves) {
    return CurvesImage.draw(curves);
  }

  private static Curve curve(int count, DoubleUnaryOperator value) {
    Curve curve = new Curve();
    for (int step = 0; step < count; step++) {
      curve.add(step, value.applyAsDouble(step));
    }
    return curve;
  }
}
