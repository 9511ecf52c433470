package dev.sana4j.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

/** The examples of FIPS 180-4. */
class DigestsTest {
  private static final byte[] TEXT = "abc".getBytes(US_ASCII);

  @Test
  void hashesAreThoseOfTheStandard() {
    assertThat(Digests.sha256Hex(TEXT))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    MessageDigest sha1 = Digests.sha1();
    sha1.update(TEXT);
    assertThat(Digests.hex(sha1)).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
  }
}
