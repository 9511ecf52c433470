package dev.sana4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** The minimum rate of bodies, 100 bytes per second after 5 seconds, with a simulated clock. */
class BodyClockTest {
  private final AtomicLong now = new AtomicLong(42);
  private final UploadRateLimit pace = new UploadRateLimit(100, Duration.ofSeconds(5), now::get);

  /** A body with the chunks that have arrived. */
  private final class RequestBodyReader {
    private final Deque<Content.Chunk> come = new ArrayDeque<>();
    private final Request paced;

    RequestBodyReader() throws Exception {
      AtomicReference<Request> passed = new AtomicReference<>();
      pace.setHandler(
          new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
              passed.set(request);
              return true;
            }
          });
      Request plain = fake(Request.class);
      assertThat(pace.handle(plain, fake(Response.class), Callback.NOOP)).isTrue();
      paced = Objects.requireNonNull(passed.get());
    }

    private <T> T fake(Class<T> type) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (self, method, arguments) -> method.getName().equals("read") ? come.poll() : null));
    }

    /** Reads some bytes, then demands more. */
    void take(int bytes) {
      if (bytes > 0) {
        come.add(Content.Chunk.from(ByteBuffer.allocate(bytes), false));
        assertThat(paced.read()).isNotNull();
      }
      paced.demand(() -> {});
    }

    boolean isCut() {
      Content.Chunk chunk = paced.read();
      return Content.Chunk.isFailure(chunk) && chunk.getFailure() instanceof TimeoutException;
    }
  }

  private void pass(double seconds) {
    now.addAndGet(Math.round(1e9 * seconds));
  }

  @Test
  void nothingNeedComeInTheGrace() throws Exception {
    RequestBodyReader body = new RequestBodyReader();
    body.take(0);
    pass(5);
    body.take(0);
    assertThat(body.isCut()).isFalse();
  }

  @Test
  void whatTricklesIsCutHoweverFastAnotherComes() throws Exception {
    RequestBodyReader slow = new RequestBodyReader();
    RequestBodyReader fast = new RequestBodyReader();
    for (RequestBodyReader each : Arrays.asList(slow, fast)) {
      each.take(0);
    }
    pass(6);
    slow.take(99);
    fast.take(100);
    assertThat(slow.isCut()).isTrue();
    assertThat(fast.isCut()).isFalse();
  }

  @Test
  void thePaceIsAnAverageSoThatABodyMayPause() throws Exception {
    RequestBodyReader body = new RequestBodyReader();
    body.take(1000);
    pass(15);
    body.take(0);
    assertThat(body.isCut()).isFalse();
    pass(0.1);
    body.take(0);
    assertThat(body.isCut()).isTrue();
  }
}
