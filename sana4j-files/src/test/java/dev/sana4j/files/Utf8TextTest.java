package dev.sana4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8TextTest {
  @Test
  void utf8IsDecoded() {
    byte[] bytes = "一只猫 🐱".getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8Text.decoded(bytes)).isEqualTo("一只猫 🐱");
    assertThat(Utf8Text.decoded(new byte[0])).isEmpty();
  }

  @Test
  void otherBytesAreNotReplaced() {
    assertThat(Utf8Text.decoded(new byte[] {'a', (byte) 0xff})).isNull();
    assertThat(Utf8Text.decoded(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})).isNull();
    assertThat(Utf8Text.decoded(new byte[] {(byte) 0xf0, (byte) 0x9f})).isNull();
  }
}
