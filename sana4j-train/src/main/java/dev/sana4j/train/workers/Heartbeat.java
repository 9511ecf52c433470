package dev.sana4j.train.workers;

import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.train.TrainingException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Detects a machine that has lost its power or network and so does not close its connections. Rank
 * 0 and each other rank regularly exchange a byte on a separate connection.
 */
final class Heartbeat implements AutoCloseable {
  private final int size;
  private final Pace pace;
  private final Consumer<String> loss;
  private final List<Peer> peers;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Heartbeat::thread);
  private boolean lost;

  /**
   * Intervals and time limits.
   *
   * @param beat between two bytes
   * @param silence after which a peer is lost
   * @param grace in which the training may notice by itself
   */
  record Pace(Duration beat, Duration silence, Duration grace) {
    static final Pace USUAL =
        new Pace(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(10));
  }

  /** Another process, and the time of its last byte. */
  private static final class Peer {
    private final int rank;
    private final Socket socket;
    private long heard = System.nanoTime();

    Peer(int rank, Socket socket) {
      this.rank = rank;
      this.socket = socket;
    }

    /** Sends a byte and reads received ones; neither waits for the other side. */
    void beat() throws IOException {
      socket.getOutputStream().write(0);
      InputStream in = socket.getInputStream();
      int came = in.available();
      if (came > 0) {
        in.skipNBytes(came);
        heard = System.nanoTime();
      }
    }

    boolean isSilentFor(Duration silence) {
      return System.nanoTime() - heard > silence.toNanos();
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // The other side has closed it already, and nothing more is to be said.
      }
    }
  }

  private Heartbeat(int size, List<Peer> peers, Pace pace, Consumer<String> loss) {
    this.size = size;
    this.peers = peers;
    this.pace = pace;
    this.loss = loss;
    long nanos = pace.beat().toNanos();
    var unused = timer.scheduleAtFixedRate(this::beat, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private static Thread thread(Runnable body) {
    Thread thread = new Thread(body, "heartbeat");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Connects the members of a group, all of which make this call.
   *
   * @param group of processes on several machines
   * @param host under which all reach rank 0
   * @param pace when what happens
   * @param loss receives the lost rank once, on another thread; not after this is closed
   * @return to be closed before the group
   * @throws TrainingException if a member cannot be connected
   */
  static Heartbeat start(WorkerGroup group, String host, Pace pace, Consumer<String> loss) {
    try {
      if (group.rank() > 0) {
        var first = new InetSocketAddress(host, (int) group.first(0));
        return call(first, group.rank(), group.size(), pace, loss);
      }
      try (ServerSocket door = new ServerSocket(0)) {
        var unused = group.first(door.getLocalPort());
        return answer(door, group.size(), pace, loss);
      }
    } catch (IOException e) {
      throw new TrainingException("rank 0 and another cannot be connected: " + e.getMessage(), e);
    }
  }

  /** The side of rank 0: waits for all others; who names no rank that is missing is sent away. */
  static Heartbeat answer(ServerSocket door, int size, Pace pace, Consumer<String> loss)
      throws IOException {
    Map<Integer, Peer> peers = new TreeMap<>();
    door.setSoTimeout((int) pace.silence().toMillis());
    try {
      while (peers.size() < size - 1) {
        Socket socket = door.accept();
        socket.setSoTimeout((int) pace.beat().toMillis()); // others wait meanwhile
        int rank = announced(socket);
        if (rank < 1 || rank >= size || peers.containsKey(rank)) {
          socket.close();
        } else {
          peers.put(rank, new Peer(rank, socket));
        }
      }
    } catch (IOException e) {
      peers.values().forEach(Peer::close);
      throw e;
    }
    return new Heartbeat(size, List.copyOf(peers.values()), pace, loss);
  }

  /** The rank that a caller names; 0, which is here, if it says nothing. */
  private static int announced(Socket socket) {
    try {
      return new DataInputStream(socket.getInputStream()).readInt();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The side of another rank. */
  static Heartbeat call(
      InetSocketAddress first, int rank, int size, Pace pace, Consumer<String> loss)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(first, (int) pace.silence().toMillis());
      new DataOutputStream(socket.getOutputStream()).writeInt(rank);
      return new Heartbeat(size, List.of(new Peer(0, socket)), pace, loss);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void beat() {
    for (Peer peer : peers) {
      try {
        peer.beat();
        if (peer.isSilentFor(pace.silence())) {
          lose(peer, "no heartbeat for " + pace.silence().toSeconds() + " s");
        }
      } catch (IOException e) {
        lose(peer, "the connection to it failed");
      }
    }
  }

  /** Later, unless this is closed before: at the end of a training others may close first. */
  private void lose(Peer peer, String why) {
    if (!lost) {
      lost = true;
      String what = "rank %d of %d was lost, %s".formatted(peer.rank, size, why);
      long grace = pace.grace().toNanos();
      var unused = timer.schedule(() -> loss.accept(what), grace, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    peers.forEach(Peer::close);
  }
}
