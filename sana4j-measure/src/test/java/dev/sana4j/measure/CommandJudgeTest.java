package dev.sana4j.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.RgbImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandJudgeTest {
  private static final List<RgbImage> TWO =
      List.of(RgbImage.of(1, 1, new byte[3]), RgbImage.of(1, 1, new byte[3]));

  @TempDir private Path folder;

  private List<Double> scores(String body) {
    return new CommandJudge(Programs.of(folder, body)).scores("a \"cat\"", TWO);
  }

  private void assertRefused(String body, String because) {
    assertThatThrownBy(() -> scores(body))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining(because);
  }

  @Test
  void theProgramSeesTheImagesAndThePrompts() {
    assertThat(
            scores(
                "Scanner in = new Scanner(System.in); while (in.hasNextLine()) { String l ="
                    + " in.nextLine(); boolean ok = l.contains(\"a \\\\\\\"cat\\\\\\\"\") &&"
                    + " Files.exists(Path.of(a[0], l.substring(10, 18)));"
                    + " System.out.println(ok ? l.charAt(13) : 'x'); }"))
        .containsExactly(1.0, 2.0);
  }

  @Test
  void itsNameHasNoFolder() {
    ExternalCommand command = ExternalCommand.parse("/opt/judges/nice --fast", Duration.ofHours(1));
    assertThat(new CommandJudge(command).name()).isEqualTo("nice");
  }

  @Test
  void refusesTextInsteadOfNumbers() {
    assertRefused("System.out.println(\"good\");", "printed 'good' instead of a number");
  }

  @Test
  void reportsTheErrorOfAProgram() {
    assertRefused("System.err.println(\"no weights\"); System.exit(3);", "status 3: no weights");
  }

  @Test
  void aProgramThatCannotBeRunIsNamed() {
    ExternalCommand missing = ExternalCommand.parse("sana4j-no-such-program", Duration.ofHours(1));
    assertThatThrownBy(() -> new CommandJudge(missing).scores("a cat", TWO))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("sana4j-no-such-program cannot be run");
  }

  @Test
  void aProgramThatTakesTooLongIsStopped() {
    ExternalCommand endless = Programs.of(folder, "Thread.sleep(1_000_000);");
    ExternalCommand hurried = new ExternalCommand(endless.words(), Duration.ofMillis(1));
    assertThatThrownBy(() -> new CommandJudge(hurried).scores("a cat", TWO))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("took longer than");
  }
}
