package dev.sana4j.server;

import dev.sana4j.server.jobs.FakeGenerator;
import dev.sana4j.server.jobs.ImageGenerators;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.JobSettings;
import dev.sana4j.server.store.SqliteJobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** A server in a separate process, for tests that kill it. */
final class KilledServer {
  private static final int QUEUE = 10_000;

  private KilledServer() {}

  /** Serves with the jobs of a folder, and writes the port to a file; waits to be killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[0]);
    Path port = Path.of(arguments[1]);
    JobSettings standard = JobSettings.standard();
    JobSettings jobs =
        new JobSettings(
            QUEUE,
            QUEUE,
            standard.mostTogether(),
            standard.window(),
            standard.keptFor(),
            QUEUE,
            standard.keptBytes(),
            true,
            true,
            null);
    ServerSettings settings =
        ServerFixture.settings(ServerSettings.local(0).keys(), List.of(), false, jobs);
    SanaServer server =
        SanaServer.start(
            ImageGenerators.of(new FakeGenerator(Duration.ofMillis(1))),
            Filters.NONE,
            settings,
            SqliteJobStore.open(folder));
    Path partial = port.resolveSibling("partial");
    Files.writeString(partial, Integer.toString(server.port()));
    Files.move(partial, port, StandardCopyOption.ATOMIC_MOVE);
    Thread.sleep(Duration.ofMinutes(10).toMillis());
  }
}
