package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The number of retries and the pauses between them: twice as long after each failure, or as long
 * as the server asks for.
 *
 * @param attempts number of consecutive failures that end the download
 * @param first the shortest pause
 * @param longest the longest pause without a request of the server
 * @param patience the longest accepted pause that a server asks for
 */
record Retries(int attempts, Duration first, Duration longest, Duration patience) {
  static final Retries USUAL =
      new Retries(5, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(5));

  /** Attempts without any connection to a host; more would only take time. */
  private static final int WITHOUT_CONNECTION = 2;

  /** Received bytes after which the count of failures starts again. */
  private static final long PROGRESS = 1 << 20;

  /** One attempt. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException, InterruptedException;
  }

  /**
   * Retries until an attempt succeeds.
   *
   * @param host for messages
   * @param bytes returns the bytes received so far in all attempts
   * @param attempt the attempt
   * @return the result of the attempt
   * @throws HubException if it fails too often, or permanently
   */
  <T> T run(String host, LongSupplier bytes, Attempt<T> attempt) {
    int failures = 0;
    long before = bytes.getAsLong();
    while (true) {
      Exception failure;
      try {
        return attempt.run();
      } catch (InterruptedException | InterruptedIOException | ClosedByInterruptException e) {
        throw interrupted(e);
      } catch (IOException | BusyException e) {
        failure = e;
      }
      long now = bytes.getAsLong();
      failures = now - before >= PROGRESS ? 1 : failures + 1;
      before = Math.max(before, now);
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(failure);
      }
      if (failures >= allowed(failure, now)) {
        throw new HubException(Reason.UNREACHABLE, message(host, failure, failures), failure);
      }
      sleep(pause(host, failure, failures));
    }
  }

  private int allowed(Exception failure, long bytes) {
    boolean unconnected =
        failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
    if (failure instanceof SSLException) {
      return 1;
    }
    return unconnected && bytes == 0 ? Math.min(WITHOUT_CONNECTION, attempts) : attempts;
  }

  private Duration pause(String host, Exception failure, int failures) {
    Duration wish = failure instanceof BusyException busy ? busy.waitingTime() : null;
    if (wish == null) {
      Duration doubled = first.multipliedBy(1L << Math.min(20, failures - 1));
      Duration bounded = doubled.compareTo(longest) > 0 ? longest : doubled;
      double share = 1 + ThreadLocalRandom.current().nextDouble() / 4;
      return Duration.ofMillis(Math.round(bounded.toMillis() * share));
    }
    if (wish.compareTo(patience) > 0) {
      throw new HubException(
          Reason.UNREACHABLE,
          host + " asks clients to retry in " + wish.toSeconds() + " seconds; try again then",
          failure);
    }
    return wish;
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static HubException interrupted(Throwable cause) {
    Thread.currentThread().interrupt();
    return new HubException(Reason.INTERRUPTED, "the download was interrupted", cause);
  }

  private static String message(String host, Exception failure, int failures) {
    String tries = failures == 1 ? "" : " (tried " + failures + " times)";
    if (failure instanceof BusyException) {
      return failure.getMessage() + tries + "; try again later";
    }
    return host
        + " cannot be reached: "
        + reason(failure)
        + tries
        + "; without a network, set HF_HUB_OFFLINE=1 to use downloaded models";
  }

  private static String reason(Exception failure) {
    if (failure instanceof HttpConnectTimeoutException) {
      return "no connection in time";
    }
    if (failure instanceof HttpTimeoutException) {
      return "no answer in time";
    }
    if (isUnresolved(failure)) {
      return "unknown host name";
    }
    if (failure instanceof SSLException) {
      return "no trusted connection ("
          + failure.getMessage()
          + "); the certificate of a company's proxy must be in Java's trust store";
    }
    String message = failure.getMessage();
    return message != null
        ? message
        : failure instanceof ConnectException
            ? "connection refused"
            : failure.getClass().getSimpleName();
  }

  private static boolean isUnresolved(Exception failure) {
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }
}
