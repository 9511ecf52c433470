package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.safety.ApiKeys;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * Many concurrent clients: some disconnect, some send failing requests, and the server stops
 * meanwhile.
 */
class UnderLoadTest {
  private static final int CLIENTS = 64;
  private static final int REQUESTS = 8;
  private static final String PATH = "/v1/images/generations";

  private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();
  private final FakeGenerator generator = new FakeGenerator(Duration.ofMillis(1));

  private ServerFixture server(int queue) {
    return new ServerFixture(
        generator,
        Filters.NONE,
        ServerFixture.settings(ApiKeys.none(), List.of(), false, ServerFixture.queue(queue)));
  }

  private void add(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private int count(String... names) {
    int sum = 0;
    for (String name : names) {
      sum += outcomes.getOrDefault(name, 0);
    }
    return sum;
  }

  private List<Thread> clients(ServerFixture server, double vanishing, double throwing) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Random random = new Random(i);
      Thread thread = new Thread(() -> ask(server, random, vanishing, throwing));
      thread.start();
      threads.add(thread);
    }
    return threads;
  }

  private void ask(ServerFixture server, Random random, double vanishing, double throwing) {
    for (int i = 0; i < REQUESTS; i++) {
      String prompt = random.nextDouble() < throwing ? "throw" : "a cat";
      String body = "{\"prompt\":\"" + prompt + "\"}";
      try {
        if (random.nextDouble() < vanishing) {
          vanish(server, body, random);
        } else {
          add("" + server.send("POST", PATH, body.getBytes(StandardCharsets.UTF_8)).statusCode());
        }
      } catch (ConnectException e) {
        add("no connection");
      } catch (IOException e) {
        add("broken off");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void vanish(ServerFixture server, String body, Random random)
      throws IOException, InterruptedException {
    String head = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write((head + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
      Thread.sleep(random.nextInt(10));
      add("hung up");
    }
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(60_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private static void assertNothingWaits(ServerFixture server) throws InterruptedException {
    for (Job job : server.jobs().active(new Client("127.0.0.1"))) {
      assertThat(job.awaitEnd(Duration.ofSeconds(10))).isTrue();
    }
    assertThat(server.jobs().load().queued()).isZero();
  }

  @Test
  void everyRequestIsAnswered() throws InterruptedException {
    try (ServerFixture server = server(CLIENTS)) {
      join(clients(server, 0, 0));
      assertThat(outcomes).containsOnlyKeys("200");
      assertThat(count("200")).isEqualTo(CLIENTS * REQUESTS);
      assertNothingWaits(server);
    }
  }

  @Test
  void imagesOfManyClientsAreMadeAtOnce() throws InterruptedException {
    try (ServerFixture server = server(CLIENTS)) {
      join(clients(server, 0, 0));
      assertThat(generator.made()).anyMatch(prompts -> prompts.size() > 1);
    }
  }

  @Test
  void aSmallQueueTurnsSomeAwayAndAnswersTheOthers() throws InterruptedException {
    try (ServerFixture server = server(4)) {
      join(clients(server, 0, 0));
      assertThat(outcomes).containsOnlyKeys("200", "429");
      assertThat(count("200", "429")).isEqualTo(CLIENTS * REQUESTS);
      assertNothingWaits(server);
    }
  }

  @Test
  void clientsThatHangUpAndJobsThatFailHarmNoOther() throws InterruptedException {
    try (ServerFixture server = server(CLIENTS * REQUESTS)) {
      join(clients(server, 0.3, 0.2));
      assertThat(outcomes).containsOnlyKeys("200", "500", "hung up");
      assertThat(count("200", "500", "hung up")).isEqualTo(CLIENTS * REQUESTS);
      assertNothingWaits(server);
    }
  }

  @Test
  void aServerThatStopsAnswersWhatItHasTaken() throws InterruptedException {
    ServerFixture server = server(CLIENTS);
    List<Thread> clients = clients(server, 0, 0);
    while (count("200") < CLIENTS) {
      Thread.sleep(1);
    }
    server.close();
    join(clients);
    assertThat(outcomes.keySet()).isSubsetOf("200", "503", "no connection", "broken off");
    int served = generator.made().stream().mapToInt(List::size).sum();
    assertThat(count("200")).as(outcomes.toString()).isEqualTo(served);
  }
}
