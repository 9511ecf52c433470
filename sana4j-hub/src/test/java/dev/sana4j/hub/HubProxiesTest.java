package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.testkit.FakeHub;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubProxiesTest {
  @TempDir private Path folder;

  private static String way(Map<String, String> environment, String address) {
    Proxy proxy = HubProxies.of(environment).select(URI.create(address)).get(0);
    return proxy.address() instanceof InetSocketAddress at
        ? at.getHostString() + ":" + at.getPort()
        : "direct";
  }

  @Test
  void eachSchemeHasItsProxy() {
    Map<String, String> environment =
        Map.of("http_proxy", "http://plain:1", "https_proxy", "http://secure:2");
    assertThat(way(environment, "http://a.example/x")).isEqualTo("plain:1");
    assertThat(way(environment, "https://a.example/x")).isEqualTo("secure:2");
  }

  @Test
  void smallLettersComeBeforeCapitalOnesAndBothBeforeTheProxyOfAll() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "capital:1", "https_proxy", "small:2", "all_proxy", "all:3");
    assertThat(way(environment, "https://a.example")).isEqualTo("small:2");
    assertThat(way(environment, "http://a.example")).isEqualTo("all:3");
    assertThat(way(Map.of("HTTPS_PROXY", "capital:1"), "https://a.example")).isEqualTo("capital:1");
    assertThat(way(Map.of(), "https://a.example")).isEqualTo("direct");
  }

  @ParameterizedTest
  @CsvSource({
    "https://hub.example,direct",
    "https://cdn.hub.example,direct",
    "https://other.example,p:1",
    "https://nothub.example,p:1",
    "https://inside.corp,direct",
    "https://port.example:8443,direct",
    "https://port.example,p:1",
    "https://127.0.0.1:5,direct"
  })
  void hostsOfNoProxyAreAskedDirectly(String address, String way) {
    Map<String, String> environment =
        Map.of(
            "https_proxy",
            "http://p:1",
            "no_proxy",
            "hub.example, .corp,port.example:8443,127.0.0.1");
    assertThat(way(environment, address)).isEqualTo(way);
  }

  @Test
  void aStarMeansEveryHost() {
    assertThat(way(Map.of("https_proxy", "p:1", "NO_PROXY", "*"), "https://a.example"))
        .isEqualTo("direct");
  }

  @Test
  void propertiesOfJavaComeFirst() {
    System.setProperty("https.proxyHost", "java");
    System.setProperty("https.proxyPort", "3");
    try {
      assertThat(way(Map.of("https_proxy", "p:1"), "https://a.example")).isEqualTo("java:3");
      assertThat(way(Map.of("http_proxy", "p:1"), "http://a.example")).isEqualTo("p:1");
    } finally {
      System.clearProperty("https.proxyHost");
      System.clearProperty("https.proxyPort");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://me:secret@p:1", "https://me:secret@p", "http://me:secret@"})
  void aProxyThatCannotBeUsedIsNotRepeated(String proxy) {
    assertThatThrownBy(() -> HubProxies.of(Map.of("https_proxy", proxy)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("https_proxy")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void theHubIsAskedThroughTheProxyWithItsPassword() {
    try (HubLab lab = new HubLab(folder)) {
      String proxy = lab.hub.endpoint().replace("http://", "http://me:p%40ss@");
      lab.with("HF_ENDPOINT", "http://hub.invalid").with("http_proxy", proxy);
      lab.hub.instead("/tree/", 1, FakeHub.status(404, "X-Error-Code", "RepoNotFound"));
      assertThatThrownBy(lab::pull).hasMessageContaining("at hub.invalid");
      assertThat(lab.hub.requests())
          .extracting(FakeHub.Request::proxyAuthorization)
          .containsOnly("Basic bWU6cEBzcw==");
    }
  }
}
