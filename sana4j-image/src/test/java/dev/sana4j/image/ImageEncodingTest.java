package dev.sana4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.xmp.XmpDirectory;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageEncodingTest {
  private static final RgbImage IMAGE = TrainingImages.gradient(96, 64);
  private static final DigitalSource MADE = DigitalSource.TRAINED_ALGORITHMIC_MEDIA;

  private static RgbImage read(byte[] file) {
    return ImageFiles.read(ImageSource.of("file", file));
  }

  private static Map<String, String> xmp(byte[] file) throws Exception {
    Metadata metadata = ImageMetadataReader.readMetadata(new ByteArrayInputStream(file));
    XmpDirectory directory = metadata.getFirstDirectoryOfType(XmpDirectory.class);
    return directory == null ? Map.of() : directory.getXmpProperties();
  }

  @ParameterizedTest
  @EnumSource
  void everyFormatSaysThatAModelMadeTheImage(ImageFormat format) throws Exception {
    byte[] file = new ImageEncoding(format, 90, Map.of(), MADE).bytes(IMAGE);
    assertThat(xmp(file))
        .containsEntry(
            "Iptc4xmpExt:DigitalSourceType",
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
    assertThat(TrainingImages.meanDifference(read(file), IMAGE)).isLessThan(4.0);
  }

  @ParameterizedTest
  @EnumSource
  void itCanBeLeftOut(ImageFormat format) throws Exception {
    byte[] file = new ImageEncoding(format, 90, Map.of(), null).bytes(IMAGE);
    assertThat(xmp(file)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void thePixelsAreTheSameWithIt(ImageFormat format) {
    byte[] with = new ImageEncoding(format, 90, Map.of(), MADE).bytes(IMAGE);
    byte[] without = new ImageEncoding(format, 90, Map.of(), null).bytes(IMAGE);
    assertThat(read(with).rgb()).isEqualTo(read(without).rgb());
    assertThat(ImageFiles.size(ImageSource.of("file", with))).isEqualTo(IMAGE.size());
  }

  @Test
  void aPngKeepsTextsBesideIt(@TempDir Path folder) throws Exception {
    byte[] file =
        new ImageEncoding(ImageFormat.PNG, 90, Map.of("prompt", "一只猫"), MADE).bytes(IMAGE);
    Path png = folder.resolve("a.png");
    Files.write(png, file);
    assertThat(ImageFiles.readTexts(png)).containsEntry("prompt", "一只猫").hasSize(2);
  }

  @Test
  void aLowerQualityIsSmaller() {
    for (ImageFormat format : new ImageFormat[] {ImageFormat.JPEG, ImageFormat.WEBP}) {
      int high = new ImageEncoding(format, 95, Map.of(), null).bytes(IMAGE).length;
      int low = new ImageEncoding(format, 20, Map.of(), null).bytes(IMAGE).length;
      assertThat(low).isLessThan(high);
    }
  }

  @Test
  void aQualityOutOfRangeIsRefused() {
    for (int quality : new int[] {0, 101, -1}) {
      assertThatThrownBy(() -> new ImageEncoding(ImageFormat.JPEG, quality, Map.of(), null))
          .isInstanceOf(ImageException.class);
    }
  }
}
