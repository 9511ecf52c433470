package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawnImagesTest {
  @TempDir private Path folder;

  @Test
  void anImageIsAFunctionOfItsSeedAndNumber() {
    byte[] first = DrawnImages.draw(32, 7, 3).image().rgb();
    assertThat(DrawnImages.draw(32, 7, 3).image().rgb()).isEqualTo(first);
    assertThat(DrawnImages.draw(32, 7, 4).image().rgb()).isNotEqualTo(first);
    assertThat(DrawnImages.draw(32, 8, 3).image().rgb()).isNotEqualTo(first);
  }

  @Test
  void captionsSayInEnglishAndChineseWhatIsDrawn() {
    for (int number = 0; number < 50; number++) {
      DrawnImages.Drawing drawing = DrawnImages.draw(64, 0, number);
      assertThat(drawing.captions().get(0))
          .matches("an? [a-z]+ (circle|square|triangle) on an? [a-z]+ background")
          .doesNotContain("a orange");
      assertThat(drawing.captions().get(1)).matches("..背景上的..(圆形|正方形|三角形)");
      assertThat(hasWhite(drawing)).isEqualTo(drawing.captions().get(0).contains("white"));
    }
  }

  private static boolean hasWhite(DrawnImages.Drawing drawing) {
    byte[] rgb = drawing.image().rgb();
    return IntStream.range(0, rgb.length / 3)
        .anyMatch(i -> (rgb[3 * i] & rgb[3 * i + 1] & rgb[3 * i + 2]) == -1);
  }

  @Test
  void allFiguresAndColoursOccur() {
    Set<String> words = new HashSet<>();
    IntStream.range(0, 100)
        .mapToObj(number -> DrawnImages.draw(8, 0, number).captions().get(0))
        .forEach(caption -> words.addAll(Arrays.asList(caption.split(" ", -1))));
    assertThat(words).contains("circle", "square", "triangle", "red", "black", "purple", "yellow");
  }

  @Test
  void aWrittenFolderIsADataSetWithTwoCaptionsAnImage() {
    DrawnImages.write(folder, 5, 16, 1);
    DataSet data = DataSet.open(folder);
    assertThat(data.size()).isEqualTo(5);
    assertThat(data.skipped().count()).isZero();
    DrawnImages.Drawing third = DrawnImages.draw(16, 1, 2);
    assertThat(data.image(2).rgb()).isEqualTo(third.image().rgb());
    assertThat(data.captions(2)).extracting(Caption::text).isEqualTo(third.captions());
  }

  @Test
  void countsAndSizesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> DrawnImages.write(folder, 0, 64, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not 0 of 64");
    assertThatThrownBy(() -> DrawnImages.write(folder, 1, 4, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not 1 of 4");
  }
}
