package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.pipeline.request.RequestException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class RowValuesTest {
  private static RowValues of(String name, Object cell) {
    return RowValues.of(Map.of(name, cell), false);
  }

  @Test
  void anArrayOfSparkIsAList() {
    Object array = CollectionConverters.asScala(List.of("a", "b:2")).toSeq();
    assertThat(of("loras", array).request().adapters("loras")).containsExactly("a", "b:2");
  }

  @Test
  void anIdIsATextOrAWholeNumber() {
    assertThat(of("id", "row 1").id()).isEqualTo("row 1");
    assertThat(of("id", new BigInteger("99999999999999999999")).id())
        .isEqualTo("99999999999999999999");
    assertThat(RowValues.of(Map.of("id", " "), true).id()).isNull();
    for (Object wrong : List.of(1.5, true, " ", "x".repeat(513))) {
      assertThatThrownBy(() -> of("id", wrong).id())
          .isInstanceOf(RequestException.class)
          .hasMessageStartingWith("id is not ");
      assertThat(of("id", wrong).idOrNull()).isNull();
    }
  }

  @Test
  void anImageIsAFileOrItsBytes() {
    byte[] bytes = {1, 2};
    assertThat(of("image", bytes).bytes("image")).isEqualTo(bytes);
    assertThat(of("image", bytes).file("image")).isNull();
    assertThat(of("image", "a.png").bytes("image")).isNull();
    assertThat(of("image", "a.png").file("image")).isEqualTo("a.png");
    assertThatThrownBy(() -> of("image", 7).file("image"))
        .hasMessage("image is not a file name or the bytes of an image");
  }
}
