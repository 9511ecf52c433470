package dev.sana4j.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports for programs that need a port number before they listen. */
public final class FreePort {
  /**
   * Below the range from which systems choose ports, so no other program gets the port by chance.
   */
  private static final int FIRST = 10_240;

  private static final int LAST = 32_000;
  private static final int ATTEMPTS = 100;

  private FreePort() {}

  /**
   * Finds a port on which no program listens.
   *
   * @return a port number
   * @throws IOException if no port is free
   */
  public static int find() throws IOException {
    IOException last = new IOException("no free port");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }
}
