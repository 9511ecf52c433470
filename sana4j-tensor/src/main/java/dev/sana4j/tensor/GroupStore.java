package dev.sana4j.tensor;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/** A shared store of names through which the members of a group find each other. */
final class GroupStore implements AutoCloseable {
  private static final long POLL_MILLIS = 50;
  private static final int CONNECT_MILLIS = 2000;

  private final Store store;
  private final String address;

  private GroupStore(Store store, String address) {
    this.store = store;
    this.address = address;
  }

  /**
   * Opens a store in a file, for members on one machine. They communicate over the loopback
   * address.
   */
  static GroupStore file(Path file, int size) {
    return new GroupStore(
        opened(file.toString(), () -> new FileStore(file.toAbsolutePath().toString(), size)),
        "127.0.0.1");
  }

  /**
   * Opens a store over TCP, for members on several machines. Rank 0 listens on the port; the others
   * retry until it answers.
   */
  static GroupStore tcp(String host, int port, int rank, Duration timeout) {
    InetSocketAddress meeting = new InetSocketAddress(host, port);
    String name = host + ":" + port;
    if (meeting.isUnresolved()) {
      throw new TensorException("cannot reach rank 0 at " + name + ": unknown host");
    }
    if (rank > 0) {
      awaitListener(meeting, name, timeout);
    }
    return new GroupStore(
        opened(
            name,
            () -> {
              try (TCPStoreOptions options = new TCPStoreOptions();
                  Milliseconds limit = new Milliseconds(timeout.toMillis())) {
                options.port((short) port).isServer(rank == 0).waitWorkers(false).timeout(limit);
                return new TCPStore(host, options);
              }
            }),
        localAddress(meeting, name));
  }

  /**
   * Waits until rank 0 listens. The native client would print stack traces meanwhile and cannot be
   * interrupted.
   */
  private static void awaitListener(InetSocketAddress meeting, String name, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(meeting, CONNECT_MILLIS);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new TensorException(
              "cannot reach rank 0 at "
                  + name
                  + " within "
                  + seconds(timeout)
                  + ": "
                  + e.getMessage());
        }
      }
      pause("the connection to the worker at " + name);
    }
  }

  /** Opens a native store. */
  private interface Opening {
    Store open();
  }

  private static Store opened(String name, Opening opening) {
    try {
      return opening.open();
    } catch (RuntimeException e) {
      throw TensorException.withCause("cannot open the rendezvous store " + name, e);
    }
  }

  /** Returns the address of this machine on the route to rank 0. Nothing is sent. */
  private static String localAddress(InetSocketAddress meeting, String name) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(meeting);
      return socket.getLocalAddress().getHostAddress();
    } catch (SocketException e) {
      throw new TensorException("cannot reach rank 0 at " + name + ": " + e.getMessage());
    }
  }

  private static String seconds(Duration timeout) {
    return timeout.toMillis() / 1000.0 + " s";
  }

  Store store() {
    return store;
  }

  /** Returns the address under which the other members reach this one. */
  String address() {
    return address;
  }

  /** Announces this rank and waits until every rank has announced itself. */
  void await(int rank, int size, Duration timeout) {
    String who = "rank " + rank + " of " + size;
    String others = store.compareSet("size", "", Integer.toString(size));
    if (!others.equals(Integer.toString(size))) {
      throw new TensorException(
          who + " found a group of size " + others + "; start all workers with the same size");
    }
    if (store.add(key(rank), 1) > 1) {
      throw new TensorException(
          who + " has already joined; start each worker with a different rank");
    }
    long end = System.nanoTime() + timeout.toNanos();
    while (!present(IntStream.range(0, size))) {
      if (System.nanoTime() > end) {
        throw new TensorException(
            who + ": rank " + missing(size) + " did not join within " + seconds(timeout));
      }
      pause(who);
    }
  }

  private static void pause(String who) {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TensorException(who + " was interrupted before all workers had joined");
    }
  }

  private static String key(int rank) {
    return "rank/" + rank;
  }

  private boolean present(IntStream ranks) {
    try (StringVector keys =
        new StringVector(ranks.mapToObj(GroupStore::key).toArray(String[]::new))) {
      return store.check(keys);
    }
  }

  private String missing(int size) {
    return IntStream.range(0, size)
        .filter(rank -> !present(IntStream.of(rank)))
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
  }

  @Override
  public void close() {
    store.close();
  }
}
