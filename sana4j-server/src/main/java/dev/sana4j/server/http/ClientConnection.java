package dev.sana4j.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Checks whether the client of a request is still connected.
 *
 * <p>While a request is being answered, Jetty reads nothing and does not notice that a client has
 * disconnected. This class tries to read a byte. Usually there is none; the end of the stream means
 * that the client is gone; a byte of a pipelined request is handed back to Jetty. Only the thread
 * that answers the request may call it, after reading the whole body.
 */
public final class ClientConnection {
  private final EndPoint endPoint;

  private ClientConnection(EndPoint endPoint) {
    this.endPoint = endPoint;
  }

  /**
   * Returns the connection of a request.
   *
   * @param request being answered
   * @return its connection
   */
  public static ClientConnection of(HttpServletRequest request) {
    return new ClientConnection(
        ServletContextRequest.getServletContextRequest(request)
            .getConnectionMetaData()
            .getConnection()
            .getEndPoint());
  }

  /**
   * Returns whether the client has disconnected.
   *
   * @return true if nobody will read an answer
   */
  public boolean isGone() {
    if (!endPoint.isOpen() || endPoint.isInputShutdown()) {
      return true;
    }
    ByteBuffer buffer = BufferUtil.allocate(1);
    try {
      int read = endPoint.fill(buffer);
      if (read > 0 && endPoint.getConnection() instanceof Connection.UpgradeTo jetty) {
        jetty.onUpgradeTo(buffer); // puts the byte before the next input
      }
      return read < 0;
    } catch (IOException e) {
      return true;
    }
  }
}
