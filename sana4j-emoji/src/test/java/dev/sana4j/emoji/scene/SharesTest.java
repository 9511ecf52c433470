package dev.sana4j.emoji.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.data.DataException;
import dev.sana4j.emoji.scene.Scene.Kind;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
  @Test
  void valuesComeAsOftenAsTheirShare() {
    Shares<Kind> shares = Shares.parse(Kind.class, "single=3, pair=1,count=0");
    var random = new Random(1);
    assertThat(Stream.generate(() -> shares.draw(random)).limit(4_000).filter(Kind.PAIR::equals))
        .hasSizeBetween(900, 1_100);
    assertThat(Stream.generate(() -> shares.draw(random)).limit(1_000)).doesNotContain(Kind.COUNT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "single",
        "single=",
        "single=x",
        "single=-1,pair=2",
        "single=0",
        "pairs=1",
        "single=1=2",
        "single=1,single=1",
        "single=Infinity",
        "SINGLE=1",
        "single=1,"
      })
  void whatIsNoShareIsRefused(String text) {
    assertThatThrownBy(() -> Shares.parse(Kind.class, text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("single=1,pair=1,count=1,color=1");
  }
}
