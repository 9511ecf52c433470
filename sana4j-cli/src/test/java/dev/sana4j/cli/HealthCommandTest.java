package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthCommandTest {
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Run health(int status) {
    server.createContext(
        "/readyz",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return Run.sana("health", "--port", "" + server.getAddress().getPort());
  }

  @Test
  void aServerThatAcceptsRequestsIsReady() {
    Run run = health(200);

    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo("ready\n");
  }

  @Test
  void aServerThatStopsIsNotReady() {
    Run run = health(503);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).startsWith("not ready: ").endsWith(" answers 503\n");
  }

  @Test
  void aPortWithoutAServerIsNotReady() {
    int port = server.getAddress().getPort();
    server.stop(0);

    assertThat(Run.sana("health", "--port", "" + port).status()).isEqualTo(1);
  }
}
