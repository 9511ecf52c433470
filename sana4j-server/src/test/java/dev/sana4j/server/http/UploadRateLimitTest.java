package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.server.ServerFixture;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that send single bytes slowly. */
class UploadRateLimitTest {
  private static final int PAUSE_MILLIS = 50;

  private final ServerFixture server = new ServerFixture();

  @AfterEach
  void stop() {
    server.close();
  }

  private Socket begin(String path, String type, int length) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(PAUSE_MILLIS);
    String head = "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    String rest = "Content-Type: %s\r\nContent-Length: %d\r\n\r\n";
    write(socket, (head + rest).formatted(path, type, length));
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends one byte at a time until there is an answer; returns the whole answer. */
  private static String trickle(Socket socket, String body) throws IOException {
    InputStream in = socket.getInputStream();
    for (int i = 0; i < body.length(); i++) {
      write(socket, body.substring(i, i + 1));
      try {
        int first = in.read();
        socket.setSoTimeout(10_000);
        return (char) first + new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      } catch (SocketTimeoutException e) {
        // none yet
      }
    }
    return "no answer";
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/jobs, application/json",
    "/v1/images/generations, application/json",
    "/v1/images/edits, multipart/form-data; boundary=x",
    "/sdapi/v1/txt2img, application/json"
  })
  void aBodyThatTricklesIsCut(String path, String type) throws Exception {
    String body =
        "--x\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n" + "a".repeat(999);
    try (Socket socket = begin(path, type, body.length())) {
      assertThat(trickle(socket, body))
          .startsWith("HTTP/1.1 408 ")
          .contains("the body was sent too slowly");
    }
  }
}
