package dev.sana4j.cli;

import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.MemoryJobStore;
import dev.sana4j.server.store.SqliteJobStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the jobs of a server are stored. */
final class ServeDataOption {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder for jobs and their images, so that they survive a restart; by default they are in"
              + " memory.")
  private @Nullable Path data;

  /** Opens the store, to be closed by the caller. */
  JobStore store() {
    return data == null ? new MemoryJobStore() : SqliteJobStore.open(data);
  }
}
