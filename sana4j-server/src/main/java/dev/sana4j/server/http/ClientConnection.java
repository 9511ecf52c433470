package dev.sana4j.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The connection a request came on, asked whether there is still someone at its other end.
 *
 * <p>While a request is being answered Jetty reads nothing, so it does not hear that a client has
 * hung up. This reads a byte: none is the usual case, the end of the stream means the client is
 * gone, and a byte of a request that was sent ahead is handed on to Jetty. It may only be asked by
 * the thread that answers the request, after its body was read to the end.
 */
public final class ClientConnection {
  private final EndPoint endPoint;

  private ClientConnection(EndPoint endPoint) {
    this.endPoint = endPoint;
  }

  /**
   * That of a request.
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
   * Whether the client has hung up.
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
        jetty.onUpgradeTo(buffer); // puts it before what is read next
      }
      return read < 0;
    } catch (IOException e) {
      return true;
    }
  }
}
