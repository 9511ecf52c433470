package dev.sana4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A load test with concurrent clients for a running server; {@code docs/lab/serving.md} has
 * results.
 */
@Command(
    name = "server-load",
    description = "Requests images from a server with concurrent clients, and prints statistics.",
    mixinStandardHelpOptions = true)
public final class ServerLoad implements Callable<Integer> {
  private static final int REPORTS = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:7860",
      description = "Address of the server.")
  private URI url = URI.create("http://127.0.0.1:7860");

  @Option(names = "--key", defaultValue = "", description = "API key.")
  private String key = "";

  @Option(names = "--clients", defaultValue = "64", description = "Number of concurrent clients.")
  private int clients;

  @Option(names = "--seconds", defaultValue = "300", description = "Duration in seconds.")
  private int seconds;

  @Option(
      names = "--vanishing",
      defaultValue = "0",
      description = "Fraction of requests on which a client disconnects, 0 to 1.")
  private double vanishing;

  /**
   * Runs the load test.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ServerLoad()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    LoadTally tally = new LoadTally();
    long start = System.nanoTime();
    long until = start + seconds * 1_000_000_000L;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Thread thread = new Thread(new LoadClient(url, key, vanishing, until, tally, i));
      thread.start();
      threads.add(thread);
    }
    for (int i = 1; i <= REPORTS; i++) {
      Thread.sleep(Math.max(0, (start - System.nanoTime()) / 1_000_000 + seconds * 100L * i));
      out.println(progress((System.nanoTime() - start) / 1e9, tally));
      out.flush();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    tally.lines((System.nanoTime() - start) / 1e9).forEach(out::println);
    out.println(progress((System.nanoTime() - start) / 1e9, tally));
    out.flush();
    return 0;
  }

  private String progress(double elapsed, LoadTally tally) {
    String metrics = metrics();
    return String.format(
        Locale.ROOT,
        "%6.0f s %7d images, resident %5.0f MiB, heap %5.0f MiB, %4.0f tensors, %3.0f jobs waiting",
        elapsed,
        tally.images(),
        sum(metrics, "process_resident_memory_bytes") / (1 << 20),
        sum(metrics, "jvm_memory_used_bytes\\{area=\"heap\"[^}]*\\}") / (1 << 20),
        sum(metrics, "sana_tensors"),
        sum(metrics, "sana_jobs_queued"));
  }

  private String metrics() {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/metrics"));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    try {
      return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return ""; // the server has stopped
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static double sum(String metrics, String name) {
    Matcher found = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(metrics);
    double sum = 0;
    while (found.find()) {
      sum += Double.parseDouble(found.group(1));
    }
    return sum;
  }
}
