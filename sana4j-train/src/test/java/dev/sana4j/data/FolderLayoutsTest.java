package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data sets in the layouts of other tools. */
class FolderLayoutsTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temporary.resolve("data"));
  }

  private Path image(String name) throws IOException {
    return Samples.image(folder.resolve(name), 4, 4, 1);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  /** Returns each image with its first caption. */
  private static List<String> captions(DataSet data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> data.key(i) + ": " + data.captions(i).get(0).text())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"caption", "TXT", "Txt", "CAPTION", "tXt"})
  void aSideFileMayHaveAnyOfTheseExtensions(String extension) throws IOException {
    image("a.png");
    write("a." + extension, "a cat");
    assertThat(captions(DataSet.open(folder))).containsExactly("a.png: a cat");
  }

  @Test
  void aTxtFileWinsOverACaptionFile() throws IOException {
    image("a.png");
    write("a.caption", "tags");
    write("a.TXT", "a cat");
    DataSet data = DataSet.open(folder);
    assertThat(captions(data)).containsExactly("a.png: a cat");
    assertThat(data.skipped())
        .hasToString("1 caption files next to another one that is used (a.caption)");
  }

  @Test
  @SuppressWarnings("StringConcatToTextBlock") // Windows line breaks
  void csvMayHaveQuotesCommasAndLineBreaks() throws IOException {
    image("a.png");
    image("b,c.png");
    write(
        "metadata.csv",
        "\uFEFF\"text\",file_name\r\n"
            + "\"a \"\"red\"\" cat,\r\nasleep\",a.png\r\n"
            + "a 5\" dog,\"b,c.png\"\r\n");
    assertThat(captions(DataSet.open(folder)))
        .containsExactly("a.png: a \"red\" cat,\r\nasleep", "b,c.png: a 5\" dog");
  }

  @ParameterizedTest
  @ValueSource(strings = {"image,caption", "File,Prompt", "path,TEXT", "x,y,file_name , text"})
  void csvColumnsHaveTheNamesOfOtherTools(String header) throws IOException {
    image("a.png");
    write("metadata.csv", header + "\n" + (header.startsWith("x") ? "1,2," : "") + "a.png,a cat\n");
    assertThat(captions(DataSet.open(folder))).containsExactly("a.png: a cat");
  }

  @Test
  void csvRecordsThatCannotBeUsedAreCounted() throws IOException {
    image("a.png");
    image("b.png");
    write(
        "metadata.csv",
        "file_name,text\na.png,a cat\nb.png,\ngone.png,x\n../out.png,x\n,x\n\na.png,\"open");
    SkipReport skipped = DataSet.open(folder).skipped();
    assertThat(skipped.count(SkipReason.NO_CAPTION)).isOne();
    assertThat(skipped.count(SkipReason.NO_IMAGE)).isOne();
    assertThat(skipped.count(SkipReason.OUTSIDE)).isOne();
    assertThat(skipped.count(SkipReason.BROKEN_CAPTION)).isEqualTo(2);
    assertThat(skipped.toString()).contains("metadata.csv line 6", "metadata.csv line 8");
  }

  @Test
  void csvWithoutKnownColumnsIsReported() throws IOException {
    image("a.png");
    write("a.txt", "a cat");
    write("metadata.csv", "name,words\na.png,b\n");
    assertThat(DataSet.open(folder).skipped().toString())
        .contains("metadata.csv: its first line must name a column file_name");
  }

  @Test
  void jsonLinesWinOverCsv() throws IOException {
    image("a.png");
    image("b.png");
    write("metadata.jsonl", "{\"image\": \"a.png\", \"prompt\": \"of json\"}");
    write("metadata.csv", "file_name,text\na.png,of csv\nb.png,of csv\n");
    DataSet data = DataSet.open(folder);
    assertThat(captions(data)).containsExactly("a.png: of json", "b.png: of csv");
    assertThat(data.skipped().count()).isZero();
  }

  @Test
  void pathsMayHaveBackslashesOrBeAbsolute() throws IOException {
    image("in/a.png");
    Path b = image("b.png");
    String absolute = b.toAbsolutePath().toString().replace("\\", "\\\\");
    write(
        "metadata.jsonl",
        "{\"file\": \"in\\\\a.png\", \"text\": \"a\"}\n"
            + "{\"path\": \""
            + absolute
            + "\", \"text\": \"b\"}\n"
            + "{\"path\": \"..\\\\out.png\", \"text\": \"c\"}");
    DataSet data = DataSet.open(folder);
    assertThat(captions(data)).containsExactly("in/a.png: a", "b.png: b");
    assertThat(data.skipped().count(SkipReason.OUTSIDE)).isOne();
  }

  @Test
  void linkedFoldersAreReadAfterTheOthers() throws IOException {
    Samples.captioned(folder, "z", 4, 4, 1);
    Samples.captioned(temporary.resolve("store/deep"), "b", 4, 4, 2);
    Files.createSymbolicLink(folder.resolve("more"), Path.of("../store"));
    DataSet data = DataSet.open(folder);
    assertThat(captions(data))
        .containsExactly("z.png: a grey of 1", "more/deep/b.png: a grey of 2");
    assertThat(data.image(1).rgb()).containsOnly(2);
    assertThat(data.skipped().count()).isZero();
  }

  @Test
  void linksInCirclesAndToNothingAreReported() throws IOException {
    Samples.captioned(folder, "in/a", 4, 4, 1);
    Samples.captioned(temporary.resolve("store"), "b", 4, 4, 2);
    Files.createSymbolicLink(temporary.resolve("store/back"), folder);
    Files.createSymbolicLink(folder.resolve("in/circle"), folder);
    Files.createSymbolicLink(folder.resolve("up"), Path.of(".."));
    Files.createSymbolicLink(folder.resolve("once"), temporary.resolve("store"));
    Files.createSymbolicLink(folder.resolve("twice"), temporary.resolve("store"));
    Files.createSymbolicLink(folder.resolve("gone"), Path.of("nothing"));
    Files.createSymbolicLink(folder.resolve("self"), Path.of("self"));
    DataSet data = DataSet.open(folder);
    assertThat(captions(data)).containsExactly("in/a.png: a grey of 1", "once/b.png: a grey of 2");
    assertThat(data.skipped())
        .hasToString(
            "2 links that lead to nothing (gone, self); 4 links to folders that are already read"
                + " (in/circle, up, once/back, twice)");
  }

  @Test
  void oneCaptionServesImagesWithoutOne() throws IOException {
    image("a.png");
    Samples.captioned(folder, "b", 4, 4, 2);
    image("c.png");
    write("c.txt", " ");
    assertThat(captions(DataSet.open(folder, " a flag ")))
        .containsExactly("a.png: a flag", "b.png: a grey of 2", "c.png: a flag");
  }

  @Test
  void theRefusalNamesBothRemedies() throws IOException {
    image("a.png");
    assertThatThrownBy(() -> DataSet.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("1 images without a caption (a.png)")
        .hasMessageContaining(".txt")
        .hasMessageContaining("data.caption");
  }

  @Test
  void anotherCaptionOrNumberOfRepeatsChangesTheChecksum() throws IOException {
    image("1_cat/a.png");
    long once = DataSet.open(folder).checksum();
    assertThat(DataSet.open(folder, "cat").checksum()).isEqualTo(once);
    assertThat(DataSet.open(folder, "a cat").checksum()).isNotEqualTo(once);
    Files.move(folder.resolve("1_cat"), folder.resolve("2_cat"));
    assertThat(DataSet.open(folder).checksum()).isNotEqualTo(once);
  }

  @Test
  void folderNamesGiveRepeatsAndCaptions() throws IOException {
    image("10_sks dog/a.png");
    image("10_sks dog/deeper/b.png");
    image("1_cat/c.png");
    write("1_cat/c.caption", "a cat");
    DataSet data = DataSet.open(folder);
    assertThat(captions(data))
        .containsExactly(
            "10_sks dog/a.png: sks dog", "10_sks dog/deeper/b.png: sks dog", "1_cat/c.png: a cat");
    assertThat(IntStream.range(0, 3).map(data::repeats)).containsExactly(10, 10, 1);
    assertThat(data.notes()).singleElement().asString().contains("10_sks dog: 10, 1_cat: 1");
  }

  @Test
  void theConfiguredCaptionWinsOverTheFolderName() throws IOException {
    image("3_dog/a.png");
    assertThat(captions(DataSet.open(folder, "a wolf"))).containsExactly("3_dog/a.png: a wolf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "b.png", "2023_summer", "007_bond", "0_zero", "1001_nights"})
  void folderNamesMeanNothingUnlessAllHaveTheForm(String other) throws IOException {
    Samples.captioned(folder.resolve("10_dog"), "a", 4, 4, 1);
    if (other.endsWith(".png")) {
      Samples.captioned(folder, "b", 4, 4, 2);
    } else {
      Samples.captioned(folder.resolve(other), "b", 4, 4, 2);
    }
    DataSet data = DataSet.open(folder);
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.repeats(0)).isOne();
    assertThat(data.notes()).isEmpty();
  }

  @Test
  void aMetadataFileTurnsFolderNamesOff() throws IOException {
    image("10_dog/a.png");
    write("metadata.jsonl", "{\"file_name\": \"10_dog/a.png\", \"text\": \"a dog\"}");
    assertThat(DataSet.open(folder).repeats(0)).isOne();
  }

  @Test
  void contentDecidesWhatIsAnImage() throws IOException {
    Files.move(image("a.png"), folder.resolve("a.jfif"));
    Files.move(image("b.png"), folder.resolve("b"));
    write("a.txt", "a");
    write("b.txt", "b");
    write("c.heic", "not an image that is read");
    write("notes.md", "BM is not a bitmap");
    DataSet data = DataSet.open(folder, "c");
    assertThat(captions(data)).containsExactly("a.jfif: a", "b: b");
    assertThat(data.skipped()).hasToString("1 images that cannot be read (c.heic)");
  }
}
