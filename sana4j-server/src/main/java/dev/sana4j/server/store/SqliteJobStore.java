package dev.sana4j.server.store;

import dev.sana4j.files.IoReason;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store in a folder, as one SQLite database. Only its owner can read it, as it has prompts. */
public final class SqliteJobStore implements JobStore {
  private static final String FILE = "jobs.db";
  private static final long UNLIMITED = 0xfffffffeL;

  private final SqliteDatabase database;
  private volatile boolean mayShrink = true;

  private SqliteJobStore(SqliteDatabase database) {
    this.database = database;
  }

  /**
   * Opens the store of a folder, or creates it.
   *
   * @param folder created if missing
   * @return the store, to be closed by the caller
   * @throws StoreException if another process uses it, or if it is damaged, of a newer version, or
   *     cannot be written; then nothing was changed
   */
  public static SqliteJobStore open(Path folder) {
    return open(folder, UNLIMITED);
  }

  /** Opens a store whose database has at most that many pages. */
  static SqliteJobStore open(Path folder, long mostPages) {
    Path file = folder.toAbsolutePath().normalize().resolve(FILE);
    if (file.toString().contains("?")) {
      throw new StoreException("the name " + folder + " contains ?; choose another folder");
    }
    try {
      boolean existed = Files.isDirectory(folder);
      if (!existed) {
        Files.createDirectories(folder, permissions("rwx------"));
      }
      if (!Files.exists(file)) {
        Files.createFile(file, permissions("rw-------"));
      }
    } catch (IOException e) {
      throw new StoreException(folder + " cannot be written: " + IoReason.of(e), e);
    }
    return new SqliteJobStore(SqliteDatabase.open(file, new SqliteSchema(), mostPages));
  }

  private static FileAttribute<?>[] permissions(String text) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
        }
        : new FileAttribute<?>[0];
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public List<StoredJob> jobs() {
    return database.read(StoredRows::jobs);
  }

  @Override
  public List<StoredImage> images() {
    return database.read(StoredRows::images);
  }

  @Override
  public Optional<byte[]> input(String sha256) {
    return database.read(
        connection ->
            StoredRows.blob(connection, "SELECT rgb FROM inputs WHERE sha256 = ?", sha256));
  }

  @Override
  public Optional<byte[]> file(String name) {
    return database.read(
        connection -> StoredRows.blob(connection, "SELECT file FROM images WHERE name = ?", name));
  }

  @Override
  public void accept(StoredJob job, Map<String, byte[]> inputs) {
    database.durable(
        connection -> {
          for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
            update(
                connection,
                "INSERT OR IGNORE INTO inputs(sha256, rgb) VALUES(?, ?)",
                input.getKey(),
                input.getValue());
            update(
                connection,
                "INSERT INTO job_inputs(job, sha256) VALUES(?, ?)",
                job.id(),
                input.getKey());
          }
          return update(
              connection,
              "INSERT INTO jobs(id, owner, ordered, images, created) VALUES(?, ?, ?, ?, ?)",
              job.id(),
              job.owner(),
              job.order(),
              job.images(),
              job.created().toEpochMilli());
        });
  }

  @Override
  public void started(Collection<String> jobs, Instant now) {
    database.relaxed(
        connection -> {
          for (String job : jobs) {
            update(
                connection,
                "UPDATE jobs SET started = ?, attempts = attempts + 1 WHERE id = ?",
                now.toEpochMilli(),
                job);
          }
          return jobs.size();
        });
  }

  @Override
  public void released() {
    database.relaxed(
        connection -> update(connection, "UPDATE jobs SET attempts = 0 WHERE status IS NULL"));
  }

  @Override
  public void add(StoredImage image, byte[] file, List<String> notes, Instant now) {
    database.durable(
        connection -> {
          insert(connection, image, file);
          update(
              connection,
              "UPDATE jobs SET attempts = 0, notes = ? WHERE id = ?",
              String.join("\n", notes),
              image.job());
          int ended =
              update(
                  connection,
                  "UPDATE jobs SET ended = ?, status = ? WHERE id = ? AND status IS NULL"
                      + " AND images = (SELECT count(*) FROM images WHERE job = ?)",
                  now.toEpochMilli(),
                  StoredEnd.SUCCEEDED,
                  image.job(),
                  image.job());
          return ended == 0 ? 0 : removeInputs(connection, image.job());
        });
  }

  private static void insert(Connection connection, StoredImage image, byte[] file)
      throws SQLException {
    update(
        connection,
        "INSERT INTO images(name, job, number, seed, score, width, height, format, length,"
            + " expires, file) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        image.name(),
        image.job(),
        image.index(),
        image.seed(),
        image.score(),
        image.width(),
        image.height(),
        image.format(),
        image.length(),
        image.expires().toEpochMilli(),
        file);
  }

  @Override
  public void extend(Collection<String> names, Instant expires) {
    database.relaxed(
        connection -> {
          for (String name : names) {
            update(
                connection,
                "UPDATE images SET expires = ? WHERE name = ?",
                expires.toEpochMilli(),
                name);
          }
          return names.size();
        });
  }

  @Override
  public void end(String job, StoredEnd end) {
    database.durable(
        connection -> {
          update(
              connection,
              "UPDATE jobs SET ended = ?, status = ?, error = ?, message = ? WHERE id = ?",
              end.at().toEpochMilli(),
              end.status(),
              end.error(),
              end.message(),
              job);
          return removeInputs(connection, job);
        });
  }

  /** Removes the input images that no other unfinished job uses. */
  private static int removeInputs(Connection connection, String job) throws SQLException {
    update(
        connection,
        "DELETE FROM inputs WHERE sha256 IN (SELECT sha256 FROM job_inputs WHERE job = ?)"
            + " AND NOT EXISTS (SELECT 1 FROM job_inputs other"
            + " WHERE other.sha256 = inputs.sha256 AND other.job <> ?)",
        job,
        job);
    return update(connection, "DELETE FROM job_inputs WHERE job = ?", job);
  }

  @Override
  public void remove(Collection<String> jobs, Collection<String> images) {
    if (!jobs.isEmpty() || !images.isEmpty()) {
      database.relaxed(connection -> remove(connection, jobs, images));
      mayShrink = true;
    }
    if (mayShrink) {
      mayShrink = database.shrink();
    }
  }

  private static int remove(
      Connection connection, Collection<String> jobs, Collection<String> images)
      throws SQLException {
    for (String image : images) {
      update(connection, "UPDATE images SET file = NULL WHERE name = ?", image);
      update(
          connection,
          "DELETE FROM images WHERE name = ?"
              + " AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = images.job)",
          image);
    }
    for (String job : jobs) {
      removeInputs(connection, job);
      update(connection, "DELETE FROM images WHERE job = ? AND file IS NULL", job);
      update(connection, "DELETE FROM jobs WHERE id = ?", job);
    }
    return jobs.size() + images.size();
  }

  @Override
  public void discard(Collection<String> images) {
    database.relaxed(
        connection -> {
          for (String image : images) {
            update(connection, "DELETE FROM images WHERE name = ?", image);
          }
          return images.size();
        });
    mayShrink = true;
  }

  private static int update(Connection connection, String statement, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      for (int i = 0; i < values.length; i++) {
        prepared.setObject(i + 1, values[i]);
      }
      return prepared.executeUpdate();
    }
  }

  @Override
  public long bytes() {
    return database.bytes();
  }

  @Override
  public void close() {
    database.close();
  }
}
