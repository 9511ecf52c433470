package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderDataSetTest {
  @TempDir Path folder;

  private void metadata(String... lines) throws IOException {
    Files.writeString(folder.resolve("metadata.jsonl"), String.join("\n", lines));
  }

  @Test
  void textsBesideImagesAreTheirCaptions() throws IOException {
    Samples.captioned(folder, "b", 6, 4, 10);
    Samples.captioned(folder.resolve("deep/er"), "a.v2", 4, 8, 20);

    DataSet data = DataSet.open(folder);

    assertThat(IntStream.range(0, data.size()).mapToObj(data::key))
        .containsExactly("b.png", "deep/er/a.v2.png");
    assertThat(data.size(1)).isEqualTo(new ImageSize(4, 8));
    assertThat(data.captions(1)).containsExactly(Caption.of("a grey of 20"));
    assertThat(data.image(0).rgb()).containsOnly(10);
    assertThat(data.skipped()).hasToString("nothing skipped");
  }

  @Test
  void metadataGivesOneTextOrSeveralWithScores() throws IOException {
    Samples.image(folder.resolve("a.png"), 4, 4, 1);
    Samples.image(folder.resolve("in/b.png"), 4, 4, 2);
    Samples.image(folder.resolve("c.png"), 4, 4, 3);
    metadata(
        "{\"file_name\": \"a.png\", \"text\": \" 红色的猫 \"}",
        "",
        "{\"file_name\": \"in/b.png\", \"captions\": [{\"text\": \"x\", \"score\": 25.5}, \"y\"]}",
        "{\"file_name\": \"c.png\", \"caption\": \"z\"}");

    DataSet data = DataSet.open(folder);

    assertThat(data.captions(0)).containsExactly(Caption.of("红色的猫"));
    assertThat(data.captions(1)).containsExactly(new Caption("x", 25.5), Caption.of("y"));
    assertThat(data.captions(2)).containsExactly(Caption.of("z"));
    assertThat(data.skipped().count()).isZero();
  }

  @Test
  void whatCannotBeUsedIsCountedByReasonAndName() throws IOException {
    Samples.captioned(folder, "good", 4, 4, 1);
    Samples.captioned(folder, "broken", 4, 4, 1);
    Files.write(folder.resolve("broken.png"), new byte[] {1, 2, 3});
    Samples.image(folder.resolve("silent.png"), 4, 4, 1);
    Samples.captioned(folder, "blank", 4, 4, 1);
    Files.writeString(folder.resolve("blank.txt"), " \n");
    Samples.captioned(folder, "gbk", 4, 4, 1);
    Files.write(folder.resolve("gbk.txt"), new byte[] {(byte) 0xBA, (byte) 0xEC});
    Files.writeString(folder.resolve("orphan.txt"), "no image");

    SkipReport skipped = DataSet.open(folder).skipped();

    assertThat(skipped)
        .hasToString(
            "1 images that cannot be read (broken.png); 2 images without a caption (blank.png,"
                + " silent.png); 1 captions without an image (orphan.txt); 1 captions that cannot"
                + " be read (gbk.png)");
  }

  @Test
  void metadataLinesThatCannotBeUsedAreCounted() throws IOException {
    Samples.image(folder.resolve("a.png"), 4, 4, 1);
    Samples.image(folder.resolve("b.png"), 4, 4, 1);
    Samples.image(folder.resolve("unlisted.png"), 4, 4, 1);
    metadata(
        "{\"file_name\": \"a.png\", \"text\": \"a\"}",
        "{\"file_name\": \"b.png\", \"text\": null}",
        "{\"file_name\": \"gone.png\", \"text\": \"c\"}",
        "{ no json",
        "[]");

    SkipReport skipped = DataSet.open(folder).skipped();

    assertThat(skipped.count(SkipReason.NO_CAPTION)).isEqualTo(2);
    assertThat(skipped.count(SkipReason.NO_IMAGE)).isEqualTo(1);
    assertThat(skipped.count(SkipReason.BROKEN_CAPTION)).isEqualTo(2);
    assertThat(skipped.toString()).contains("unlisted.png").contains("metadata.jsonl line 4");
  }

  @Test
  void fileNamesDoNotLeadOutOfTheFolder() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("inside"));
    Samples.image(folder.resolve("secret.png"), 4, 4, 1);
    Samples.image(inside.resolve("a.png"), 4, 4, 1);
    Files.writeString(
        inside.resolve("metadata.jsonl"),
        "{\"file_name\": \"../secret.png\", \"text\": \"a\"}\n"
            + "{\"file_name\": \""
            + folder.resolve("secret.png")
            + "\", \"text\": \"a\"}\n"
            + "{\"file_name\": \"x/../a.png\", \"text\": \"a\"}\n");

    DataSet data = DataSet.open(inside);

    assertThat(data.size()).isOne();
    assertThat(data.skipped().count(SkipReason.OUTSIDE)).isEqualTo(2);
  }

  @Test
  void aLineOfAnyLengthIsSurvived() throws IOException {
    Samples.image(folder.resolve("a.png"), 4, 4, 1);
    metadata(
        "{\"file_name\": \"a.png\", \"text\": \"" + "x".repeat(2 << 20) + "\"}",
        "{\"file_name\": \"a.png\", \"text\": \"short\"}");

    DataSet data = DataSet.open(folder);

    assertThat(data.captions(0)).containsExactly(Caption.of("short"));
    assertThat(data.skipped().count(SkipReason.BROKEN_CAPTION)).isOne();
  }

  @Test
  void anEmptyDataSetIsRefusedWithWhatWasSkipped() throws IOException {
    Samples.image(folder.resolve("a.png"), 4, 4, 1);

    assertThatThrownBy(() -> DataSet.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no captioned image")
        .hasMessageContaining("a.png");
  }

  @Test
  void aPathThatIsNoDataSetIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("notes"), "x", StandardCharsets.UTF_8);

    assertThatThrownBy(() -> DataSet.open(file)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> DataSet.open(folder.resolve("none")))
        .isInstanceOf(DataException.class);
  }
}
