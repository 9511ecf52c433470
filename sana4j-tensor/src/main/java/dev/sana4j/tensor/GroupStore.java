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

/** Where the members of a group find each other: a store of names that all of them can reach. */
final class GroupStore implements AutoCloseable {
  private static final long POLL_MILLIS = 50;
  private static final int CONNECT_MILLIS = 2000;

  private final Store store;
  private final String address;

  private GroupStore(Store store, String address) {
    this.store = store;
    this.address = address;
  }

  /** On one machine: through a file; the members talk over the loopback address. */
  static GroupStore file(Path file, int size) {
    return new GroupStore(
        opened(file.toString(), () -> new FileStore(file.toAbsolutePath().toString(), size)),
        "127.0.0.1");
  }

  /** Between machines: rank 0 listens on the port, the others call it until it answers. */
  static GroupStore tcp(String host, int port, int rank, Duration timeout) {
    InetSocketAddress meeting = new InetSocketAddress(host, port);
    String name = host + ":" + port;
    if (meeting.isUnresolved()) {
      throw new TensorException("no rendezvous at " + name + ": unknown host");
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

  /** The native client prints stack traces while it waits, and cannot be interrupted. */
  private static void awaitListener(InetSocketAddress meeting, String name, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(meeting, CONNECT_MILLIS);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new TensorException(
              "no rendezvous at " + name + " within " + seconds(timeout) + ": " + e.getMessage());
        }
      }
      pause("the worker at " + name);
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
      throw TensorException.withCause("no rendezvous at " + name, e);
    }
  }

  /** The address of this machine from which the meeting place is reached; nothing is sent. */
  private static String localAddress(InetSocketAddress meeting, String name) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(meeting);
      return socket.getLocalAddress().getHostAddress();
    } catch (SocketException e) {
      throw new TensorException("no rendezvous at " + name + ": " + e.getMessage());
    }
  }

  private static String seconds(Duration timeout) {
    return timeout.toMillis() / 1000.0 + " s";
  }

  Store store() {
    return store;
  }

  /** The address under which the other members reach this one. */
  String address() {
    return address;
  }

  /** Announces this rank and waits until every rank is here. */
  void await(int rank, int size, Duration timeout) {
    String who = "rank " + rank + " of " + size;
    String others = store.compareSet("size", "", Integer.toString(size));
    if (!others.equals(Integer.toString(size))) {
      throw new TensorException(who + " meets a group of " + others + "; give all the same size");
    }
    if (store.add(key(rank), 1) > 1) {
      throw new TensorException(who + " has joined already; give each process its own rank");
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
      throw new TensorException(who + " was interrupted before all had joined");
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
