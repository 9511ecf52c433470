package dev.sana4j.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.hub.HubException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final Retries FOUR = new Retries(4, MOMENT, MOMENT, MOMENT);

  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  private String run(Retries.Attempt<String> attempt) {
    return FOUR.run(
        "a.example",
        bytes::get,
        () -> {
          attempts.incrementAndGet();
          return attempt.run();
        });
  }

  private void fails(Retries.Attempt<String> attempt, int after) {
    attempts.set(0);
    assertThatThrownBy(() -> run(attempt))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
        .hasMessageContaining("a.example");
    assertThat(attempts).hasValue(after);
  }

  private static String fail(IOException failure) throws IOException {
    throw failure;
  }

  @Test
  void aFailureIsFollowedByAnotherAttempt() {
    assertThat(run(() -> attempts.get() < 4 ? fail(new IOException("cut")) : "done"))
        .isEqualTo("done");
    fails(() -> fail(new IOException("cut")), 4);
  }

  @Test
  void aHostThatWasNeverReachedIsTriedTwice() {
    fails(() -> fail(new ConnectException()), 2);
    bytes.set(1);
    fails(() -> fail(new ConnectException()), 4);
  }

  @Test
  void aConnectionThatIsNotTrustedIsNotTriedAgain() {
    fails(() -> fail(new SSLHandshakeException("unknown authority")), 1);
  }

  @Test
  void failuresAfterProgressAreTheFirstAgain() {
    assertThat(
            run(
                () -> {
                  bytes.addAndGet(2 << 20);
                  return attempts.get() < 40 ? fail(new IOException("cut")) : "done";
                }))
        .isEqualTo("done");
    fails(
        () -> {
          bytes.incrementAndGet();
          return fail(new IOException("cut"));
        },
        4);
  }

  @Test
  void anInterruptIsKeptAndEndsIt() {
    assertThatThrownBy(
            () ->
                run(
                    () -> {
                      Thread.currentThread().interrupt();
                      return fail(new IOException("closed"));
                    }))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(attempts).hasValue(1);
  }
}
