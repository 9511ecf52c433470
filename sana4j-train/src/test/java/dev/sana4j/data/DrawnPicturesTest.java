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

class DrawnPicturesTest {
  @TempDir private Path folder;

  @Test
  void aPictureIsAFunctionOfItsSeedAndNumber() {
    byte[] first = DrawnPictures.draw(32, 7, 3).picture().rgb();
    assertThat(DrawnPictures.draw(32, 7, 3).picture().rgb()).isEqualTo(first);
    assertThat(DrawnPictures.draw(32, 7, 4).picture().rgb()).isNotEqualTo(first);
    assertThat(DrawnPictures.draw(32, 8, 3).picture().rgb()).isNotEqualTo(first);
  }

  @Test
  void captionsSayInEnglishAndChineseWhatIsDrawn() {
    for (int number = 0; number < 50; number++) {
      DrawnPictures.Drawing drawing = DrawnPictures.draw(64, 0, number);
      assertThat(drawing.captions().get(0))
          .matches("an? [a-z]+ (circle|square|triangle) on an? [a-z]+ background")
          .doesNotContain("a orange");
      assertThat(drawing.captions().get(1)).matches("..背景上的..(圆形|正方形|三角形)");
      assertThat(hasWhite(drawing)).isEqualTo(drawing.captions().get(0).contains("white"));
    }
  }

  private static boolean hasWhite(DrawnPictures.Drawing drawing) {
    byte[] rgb = drawing.picture().rgb();
    return IntStream.range(0, rgb.length / 3)
        .anyMatch(i -> (rgb[3 * i] & rgb[3 * i + 1] & rgb[3 * i + 2]) == -1);
  }

  @Test
  void allFiguresAndColoursOccur() {
    Set<String> words = new HashSet<>();
    IntStream.range(0, 100)
        .mapToObj(number -> DrawnPictures.draw(8, 0, number).captions().get(0))
        .forEach(caption -> words.addAll(Arrays.asList(caption.split(" ", -1))));
    assertThat(words).contains("circle", "square", "triangle", "red", "black", "purple", "yellow");
  }

  @Test
  void aWrittenFolderIsADataSetWithTwoCaptionsAPicture() {
    DrawnPictures.write(folder, 5, 16, 1);
    DataSet data = DataSet.open(folder);
    assertThat(data.size()).isEqualTo(5);
    assertThat(data.skipped().count()).isZero();
    DrawnPictures.Drawing third = DrawnPictures.draw(16, 1, 2);
    assertThat(data.picture(2).rgb()).isEqualTo(third.picture().rgb());
    assertThat(data.captions(2)).extracting(Caption::text).isEqualTo(third.captions());
  }

  @Test
  void countsAndSizesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> DrawnPictures.write(folder, 0, 64, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not 0 of 64");
    assertThatThrownBy(() -> DrawnPictures.write(folder, 1, 4, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not 1 of 4");
  }
}
