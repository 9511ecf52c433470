package dev.sana4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardDataSetTest {
  @TempDir Path folder;

  @Test
  void membersOfOneKeyMakeASample() throws IOException {
    Path shard =
        Samples.tar(
            folder.resolve("s.tar"),
            "in/0001.png",
            Samples.png(folder, 6, 4, 7),
            "in/0001.txt",
            Samples.utf8("one"),
            "in/0002.json",
            Samples.utf8(
                "{\"caption\": [\"two\", {\"text\": \"deux\", \"score\": 3}], \"url\": 1}"),
            "in/0002.cls",
            Samples.utf8("5"),
            "in/0002.png",
            Samples.png(folder, 4, 4, 9));

    DataSet data = DataSet.open(shard);

    assertThat(IntStream.range(0, data.size()).mapToObj(data::key))
        .containsExactly("s.tar/in/0001.png", "s.tar/in/0002.png");
    assertThat(data.size(0)).isEqualTo(new ImageSize(6, 4));
    assertThat(data.image(1).rgb()).containsOnly(9);
    assertThat(data.captions(0)).containsExactly(Caption.of("one"));
    assertThat(data.captions(1)).containsExactly(Caption.of("two"), new Caption("deux", 3));
  }

  @Test
  void membersMayHaveTheNamesOfOtherTools() throws IOException {
    byte[] png = Samples.png(folder, 4, 4, 1);
    Path shard =
        Samples.tar(
            folder.resolve("s.tar"),
            "a.jfif",
            png,
            "a.caption",
            Samples.utf8("a cat"),
            "b.img",
            png,
            "b.cls",
            Samples.utf8("5"));

    DataSet data = DataSet.open(shard, "a dog");

    assertThat(IntStream.range(0, data.size()).mapToObj(data::key))
        .containsExactly("s.tar/a.jfif", "s.tar/b.img");
    assertThat(data.captions(0)).containsExactly(Caption.of("a cat"));
    assertThat(data.captions(1)).containsExactly(Caption.of("a dog"));
  }

  @Test
  void aFolderOfShardsIsReadInOrder() throws IOException {
    for (int i = 2; i >= 0; i--) {
      Samples.tar(
          folder.resolve(i + ".tar"),
          "a.png",
          Samples.png(folder, 4, 4, i),
          "a.txt",
          Samples.utf8("shard " + i));
    }

    DataSet data = DataSet.open(folder);

    assertThat(IntStream.range(0, data.size()).mapToObj(i -> data.captions(i).get(0).text()))
        .containsExactly("shard 0", "shard 1", "shard 2");
    assertThat(data.image(2).rgb()).containsOnly(2);
  }

  @Test
  void whatIsMissingOrBrokenIsCounted() throws IOException {
    byte[] png = Samples.png(folder, 4, 4, 1);
    String longName = "x".repeat(150) + "/good";
    Path shard =
        Samples.tar(
            folder.resolve("s.tar"),
            longName + ".png",
            png,
            longName + ".txt",
            Samples.utf8("good"),
            "silent.png",
            png,
            "orphan.txt",
            Samples.utf8("orphan"),
            "broken.png",
            new byte[40],
            "broken.txt",
            Samples.utf8("broken"),
            "bad.png",
            png,
            "bad.json",
            Samples.utf8("{"));

    DataSet data = DataSet.open(shard);

    assertThat(data.key(0)).isEqualTo("s.tar/" + longName + ".png");
    assertThat(data.skipped())
        .hasToString(
            "1 images that cannot be read (s.tar/broken.png); 1 images without a caption"
                + " (s.tar/silent.png); 1 captions without an image (s.tar/orphan); 1 captions"
                + " that cannot be read (s.tar/bad.png)");
  }

  @Test
  void ofAShardCutShortTheBeginningIsUsed() throws IOException {
    byte[] png = Samples.png(folder, 4, 4, 1);
    Path shard =
        Samples.tar(
            folder.resolve("s.tar"),
            "a.txt",
            Samples.utf8("a"),
            "a.png",
            png,
            "b.txt",
            Samples.utf8("b"),
            "b.png",
            new byte[100_000]);
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, 20_000));

    DataSet data = DataSet.open(shard);

    assertThat(data.size()).isOne();
    assertThat(data.skipped().count(SkipReason.BROKEN_SHARD)).isOne();
  }

  @Test
  void aFileThatIsNoArchiveIsRefused() throws IOException {
    Path shard = Files.writeString(folder.resolve("s.tar"), "not a tar".repeat(200));

    assertThatThrownBy(() -> DataSet.open(shard))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("shards that are damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat", "deep/er/cat"})
  void aFolderOfShardsAndImagesIsRefusedByOneOfEach(String image) throws IOException {
    Samples.tar(
        folder.resolve("s.tar"), "a.png", Samples.png(folder, 4, 4, 1), "a.txt", Samples.utf8("a"));
    Samples.captioned(folder, image, 4, 4, 1);

    assertThatThrownBy(() -> DataSet.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("both shards (s.tar) and images (" + image + ".png)");
  }
}
