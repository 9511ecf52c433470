package dev.sana4j.measure.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sana4j.measure.MeasureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptListTest {
  @TempDir private Path folder;

  private List<MeasuredPrompt> read(String name, String text) throws IOException {
    return PromptList.read(Files.writeString(folder.resolve(name), text), 1, 7);
  }

  @Test
  void readsAPromptPerLine() throws IOException {
    assertThat(read("a.txt", "\uFEFFa cat\n\n 一只猫 \n"))
        .containsExactly(
            new MeasuredPrompt("000001", "a cat", 7, null),
            new MeasuredPrompt("000002", "一只猫", 8, null));
  }

  @Test
  void readsJsonLinesWithRules() throws IOException {
    List<MeasuredPrompt> prompts =
        read(
            "a.jsonl",
            "{\"tag\":\"counting\",\"include\":[{\"class\":\"cat\",\"count\":2}],"
                + "\"prompt\":\"two cats\"}\n{\"id\":\"x.1\",\"prompt\":\"a dog\",\"seed\":3}\n");
    assertThat(Objects.requireNonNull(prompts.get(0).rules()).tag()).isEqualTo("counting");
    assertThat(prompts.get(1)).isEqualTo(new MeasuredPrompt("x.1", "a dog", 3, null));
  }

  @Test
  void readsAnObjectOfPromptsById() throws IOException {
    assertThat(read("meta.json", "{\"abc\":{\"category\":\"food\",\"prompt\":\"bread\"}}"))
        .containsExactly(new MeasuredPrompt("abc", "bread", 7, null));
  }

  @Test
  void severalImagesOfAPromptHaveTheNextSeeds() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "a cat\na dog\n");
    assertThat(PromptList.read(file, 2, 0))
        .extracting(MeasuredPrompt::id, MeasuredPrompt::seed)
        .containsExactly(
            tuple("000001-0", 0L),
            tuple("000001-1", 1L),
            tuple("000002-0", 2L),
            tuple("000002-1", 3L));
  }

  @Test
  void anIdThatIsNoFileNameIsReplaced() throws IOException {
    assertThat(read("a.jsonl", "{\"id\":\"../x\",\"prompt\":\"a cat\"}").get(0).id())
        .isEqualTo("000001");
  }

  @Test
  void refusesDamagedFilesWithTheNumberOfThePrompt() {
    assertRefused("a.jsonl", "{\"prompt\":\"a\"}\n{\"text\":\"b\"}\n", "prompt 2: there is no");
    assertRefused(
        "b.jsonl",
        "{\"id\":\"a\",\"prompt\":\"a\"}\n{\"id\":\"a\",\"prompt\":\"b\"}\n",
        "the id a occurs twice");
    assertRefused("c.jsonl", "{\"prompt\":\"a\",\"include\":[{}]}\n", "a class and a count");
    assertRefused("d.json", "{", "not valid JSON");
    assertRefused("e.txt", "\n", "contains no prompts");
  }

  private void assertRefused(String name, String text, String because) {
    assertThatThrownBy(() -> read(name, text))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining(because);
  }
}
