package dev.sana4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.RgbImage;
import dev.sana4j.report.TradeOffImage.Line;
import dev.sana4j.report.TradeOffImage.Panel;
import dev.sana4j.report.TradeOffImage.Point;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TradeOffImageTest {
  private static Line line(String name, double cost, double... gains) {
    return new Line(
        name,
        IntStream.range(0, gains.length)
            .mapToObj(i -> new Point(cost * (i + 1), gains[i], String.valueOf(i + 1)))
            .toList());
  }

  private static RgbImage draw(Panel... panels) {
    return TradeOffImage.draw(List.of(panels), "seconds");
  }

  @Test
  void threePanelsStandBesideEachOtherAndTheFourthBelow() {
    Panel panel = new Panel("object", List.of(line("a", 0.1, 50, 60)));
    RgbImage one = draw(panel);
    RgbImage four = draw(panel, panel, panel, panel);
    assertThat(four.width()).isEqualTo(3 * one.width());
    assertThat(four.height()).isGreaterThan(one.height()).isLessThan(2 * one.height());
  }

  @Test
  void theLinesAreOnTheImageAndInTheLegend() {
    Line a = line("a", 0.1, 50, 60, 62);
    RgbImage alone = draw(new Panel("object", List.of(a)));
    RgbImage other = draw(new Panel("object", List.of(line("a", 0.1, 60, 50, 62))));
    RgbImage both = draw(new Panel("object", List.of(a, line("b", 0.3, 55, 58))));
    assertThat(other.rgb()).isNotEqualTo(alone.rgb());
    assertThat(both.height()).isGreaterThan(alone.height());
    assertThat(coloured(both)).isGreaterThan(coloured(alone));
    assertThat(coloured(alone)).isGreaterThan(100);
  }

  private static int coloured(RgbImage image) {
    byte[] rgb = image.rgb();
    int count = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      count += rgb[i] != rgb[i + 1] || rgb[i + 1] != rgb[i + 2] ? 1 : 0;
    }
    return count;
  }

  @Test
  void pointsThatAreAllTheSameCanBeDrawn() {
    assertThat(draw(new Panel("flat", List.of(line("a", 1, 0), line("b", 1, 0))))).isNotNull();
    assertThat(draw(new Panel("none", List.of()))).isNotNull();
    assertThat(draw(new Panel("far", List.of(line("a", 1e-6, 100), line("b", 1e6, 1e9)))))
        .isNotNull();
  }

  @Test
  void withoutPanelsThereIsNoImage() {
    assertThatThrownBy(() -> draw()).isInstanceOf(ReportException.class);
  }
}
