package dev.sana4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PromptTokenizerTest {

  private static final String INSTRUCTION = "zq xj: ";

  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    tokenizer = ReferenceFiles.tinyTokenizer();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void withoutInstructionAllPositionsAreSelected() {
    PromptTokens tokens = plain(12).conditional("a cat");
    assertThat(tokens.ids()).hasSize(12);
    assertThat(tokens.selection()).containsExactly(IntStream.range(0, 12).toArray());
  }

  @Test
  void aShortPromptIsPaddedOnTheRight() {
    int[] encoded = tokenizer.encode("zq");
    PromptTokens tokens = plain(12).conditional("zq");
    assertThat(Arrays.copyOf(tokens.ids(), encoded.length)).containsExactly(encoded);
    assertThat(IntStream.range(encoded.length, 12).map(i -> tokens.ids()[i]))
        .containsOnly(tokenizer.padId());
    assertThat(Arrays.stream(tokens.mask()).sum()).isEqualTo(encoded.length);
    assertThat(Arrays.copyOf(tokens.mask(), encoded.length)).containsOnly(1);
  }

  @Test
  void aLongPromptLosesItsEnd() {
    String prompt = "zq xj ".repeat(50).strip();
    PromptTokens tokens = plain(12).conditional(prompt);
    assertThat(tokens.ids()).containsExactly(Arrays.copyOf(tokenizer.encode(prompt), 12));
    assertThat(tokens.mask()).containsOnly(1);
  }

  @Test
  void theInstructionLengthensTheSequenceAndIsNotSelected() {
    int instruction = tokenizer.encode(INSTRUCTION).length;
    PromptTokens tokens = instructed(12).conditional("a cat");
    int length = instruction + 12 - 2;
    assertThat(tokens.ids()).hasSize(length);
    assertThat(tokens.ids()).startsWith(tokenizer.encode(INSTRUCTION + "a cat"));
    assertThat(tokens.selection())
        .containsExactly(
            IntStream.concat(IntStream.of(0), IntStream.range(length - 11, length)).toArray());
  }

  @Test
  void theSelectedMaskIsTheMaskAtTheSelection() {
    PromptTokens tokens = instructed(12).conditional("zq");
    int[] expected = Arrays.stream(tokens.selection()).map(i -> tokens.mask()[i]).toArray();
    assertThat(tokens.selectedMask()).containsExactly(expected).hasSize(12).contains(0, 1);
  }

  @Test
  void theUnconditionalPromptHasNoInstruction() {
    PromptTokens tokens = instructed(12).unconditional("");
    assertThat(tokens).isEqualTo(plain(12).conditional(""));
    assertThat(tokens.ids()).startsWith(tokenizer.encode(""));
    assertThat(Arrays.stream(tokens.mask()).sum()).isEqualTo(tokenizer.encode("").length);
  }

  @Test
  void promptsAreLoweredAndStrippedOfUnicodesSpaces() {
    PromptTokenizer prompts = plain(20);
    PromptTokens expected = prompts.conditional("a cat");
    assertThat(prompts.conditional(" \u00A0\u0085\u3000\u001FA CAT\n\u2028\u2003"))
        .isEqualTo(expected);
    assertThat(prompts.unconditional("\u00A0A Cat ")).isEqualTo(expected);
  }

  @Test
  void theZeroWidthSpaceIsKept() {
    assertThat(plain(20).conditional("\u200Ba cat")).isNotEqualTo(plain(20).conditional("a cat"));
  }

  @Test
  void aSequenceOfOneKeepsTheLeadingToken() {
    PromptTokens tokens = plain(1).conditional("a cat");
    assertThat(tokens.ids()).containsExactly(tokenizer.encode("")[0]);
    assertThat(tokens.selection()).containsExactly(0);
  }

  @Test
  void unpairedSurrogatesAreTokenized() {
    assertThat(plain(20).conditional("a \uDC00")).isEqualTo(plain(20).conditional("a \uFFFD"));
  }

  @Test
  void captionsAreCleanedOnRequest() {
    PromptTokenizer cleaning =
        PromptTokenizer.builder(tokenizer).maxLength(20).cleanCaption(true).build();
    assertThat(cleaning.conditional("<b>A cat</b> www.cats.com/1"))
        .isEqualTo(plain(20).conditional("a cat"));
  }

  @Test
  void theLongestPromptIsTokenizedAndALongerOneRefused() {
    String longest = "z".repeat(PromptTokenizer.MAX_PROMPT_CHARS);
    assertThat(plain(20).conditional(longest).mask()).containsOnly(1);
    assertThatThrownBy(() -> plain(20).conditional(longest + "z"))
        .isInstanceOf(TextException.class)
        .hasMessage("the prompt has 100001 characters; expected at most 100000");
    assertThatThrownBy(() -> plain(20).unconditional(longest + "z"))
        .hasMessageStartingWith("the negative prompt has 100001 characters");
  }

  @Test
  void lengthsOutOfRangeAreRefused() {
    var builder = PromptTokenizer.builder(tokenizer);
    assertThatThrownBy(() -> builder.maxLength(0)).isInstanceOf(TextException.class);
    assertThatThrownBy(() -> builder.maxLength(8193)).isInstanceOf(TextException.class);
    builder.instruction("zq ".repeat(9000));
    assertThatThrownBy(builder::build)
        .isInstanceOf(TextException.class)
        .hasMessageContaining("8192");
  }

  @Test
  void theStockInstructionIsTheReferences() {
    var lines = ReferenceFiles.json("complex_human_instruction.json");
    String[] expected = new String[lines.size()];
    Arrays.setAll(expected, i -> lines.get(i).textValue());
    assertThat(ComplexHumanInstruction.text())
        .isEqualTo(String.join("\n", expected))
        .endsWith("User Prompt: ");
  }

  @Test
  void tokensKeepTheirOwnArrays() {
    PromptTokens tokens = plain(12).conditional("a cat");
    int[] before = tokens.ids();
    tokens.ids()[0] = 99;
    tokens.mask()[0] = 99;
    tokens.selection()[0] = 99;
    assertThat(tokens.ids()).containsExactly(before);
    assertThat(tokens).isEqualTo(plain(12).conditional("a cat"));
    assertThat(tokens).hasSameHashCodeAs(plain(12).conditional("a cat"));
    assertThat(tokens)
        .hasToString(
            "PromptTokens[" + realTokens(tokens) + " tokens in 12" + " positions, 12 selected]");
  }

  @Test
  void inconsistentTokensAreRefused() {
    assertThatThrownBy(() -> new PromptTokens(new int[2], new int[3], new int[0], 0, 0))
        .isInstanceOf(TextException.class);
    assertThatThrownBy(() -> new PromptTokens(new int[2], new int[2], new int[] {2}, 0, 0))
        .isInstanceOf(TextException.class);
  }

  private static int realTokens(PromptTokens tokens) {
    return Arrays.stream(tokens.mask()).sum();
  }

  private static PromptTokenizer plain(int maxLength) {
    return PromptTokenizer.builder(tokenizer).maxLength(maxLength).build();
  }

  private static PromptTokenizer instructed(int maxLength) {
    return PromptTokenizer.builder(tokenizer).maxLength(maxLength).instruction(INSTRUCTION).build();
  }
}
