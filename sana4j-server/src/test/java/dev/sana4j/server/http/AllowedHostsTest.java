package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
  private static final AllowedHosts HOSTS =
      AllowedHosts.only(List.of("images.example.org", "192.0.2.7"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:7860",
        "LocalHost.:7860",
        "app.localhost:1",
        "127.0.0.1:7860",
        "127.1.2.3",
        "[::1]:7860",
        "images.example.org",
        "Images.Example.ORG:443",
        "192.0.2.7:80"
      })
  void thisMachineAndTheNamedOnesAreAllowed(String host) {
    assertThat(HOSTS.allows(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:7860",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "images.example.org.evil.example",
        "notlocalhost",
        "null",
        ""
      })
  void othersAreNot(String host) {
    assertThat(HOSTS.allows(host)).isFalse();
  }

  @Test
  void withoutARuleEveryNameIs() {
    assertThat(AllowedHosts.any().allows("evil.example")).isTrue();
  }
}
