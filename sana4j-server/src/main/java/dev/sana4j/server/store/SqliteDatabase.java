package dev.sana4j.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A database that belongs to one process. A durable transaction is on the disk when it returns, a
 * relaxed one survives the end of the process. Thread-safe; one transaction at a time.
 */
final class SqliteDatabase implements AutoCloseable {
  private static final long LARGEST_CHECKED = 1L << 30;
  private static final int PATIENCE_MILLIS = 1000; // another server may be stopping
  private static final int MOST_FREED = 4096; // pages per transaction

  private final Path file;
  private final Connection connection;
  private boolean relaxed;

  private SqliteDatabase(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /** Statements that run together. */
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /** Opens a database, or creates it; {@code mostPages} limits its size. */
  static SqliteDatabase open(Path file, SqliteSchema schema, long mostPages) {
    SqliteLibrary.unpack();
    try {
      Connection connection =
          new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), new Properties());
      SqliteDatabase database = new SqliteDatabase(file, connection);
      try {
        database.prepare(schema, mostPages);
        return database;
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw problem(file, e);
    }
  }

  /** The order matters: nothing is written before the file was recognized as ours. */
  private void prepare(SqliteSchema schema, long mostPages) throws SQLException {
    pragma("locking_mode = EXCLUSIVE");
    pragma("busy_timeout = " + PATIENCE_MILLIS);
    pragma("temp_store = MEMORY");
    boolean isNew = schema.isNew(connection, file);
    if (isNew) {
      pragma("auto_vacuum = INCREMENTAL");
    }
    pragma("journal_mode = WAL");
    pragma("synchronous = FULL");
    pragma("journal_size_limit = " + (16 << 20));
    pragma("max_page_count = " + mostPages);
    if (isNew) {
      durable(schema::create);
    } else if (pages() * number("page_size") <= LARGEST_CHECKED) {
      check();
    }
    durable(SqliteSchema::touch); // takes the lock of the file
    durable(SqliteSchema::complete);
  }

  private void check() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
      if (!result.next() || !result.getString(1).equals("ok")) {
        throw damaged(file);
      }
    }
  }

  private void pragma(String text) throws SQLException {
    execute("PRAGMA " + text);
  }

  private void execute(String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  private long number(String pragma) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA " + pragma)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  private long pages() throws SQLException {
    return number("page_count");
  }

  /** Runs a transaction and flushes it to the disk. */
  synchronized <T> T durable(Work<T> work) {
    return transaction(work, false);
  }

  /** Runs a transaction that the next durable one flushes to the disk. */
  synchronized <T> T relaxed(Work<T> work) {
    return transaction(work, true);
  }

  /** Reads. */
  synchronized <T> T read(Work<T> work) {
    try {
      return work.run(connection);
    } catch (SQLException e) {
      throw problem(file, e);
    }
  }

  private <T> T transaction(Work<T> work, boolean isRelaxed) {
    try {
      if (relaxed != isRelaxed) {
        pragma("synchronous = " + (isRelaxed ? "NORMAL" : "FULL"));
        relaxed = isRelaxed;
      }
      execute("BEGIN IMMEDIATE");
      try {
        T result = work.run(connection);
        execute("COMMIT");
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack();
        throw e;
      }
    } catch (SQLException e) {
      throw problem(file, e);
    }
  }

  /** After some errors, such as a full disk, SQLite has rolled back itself. */
  private void rollBack() {
    try {
      execute("ROLLBACK");
    } catch (SQLException e) {
      // No transaction is active.
    }
  }

  /** Returns free pages to the disk if there are many; true if more remain. */
  synchronized boolean shrink() {
    try {
      long free = number("freelist_count");
      if (free < MOST_FREED / 4 || free < pages() / 4) {
        return false;
      }
      relaxed(SqliteDatabase::free);
      return free > MOST_FREED;
    } catch (SQLException e) {
      throw problem(file, e);
    }
  }

  /** Frees pages; only executeUpdate runs the pragma to its end. */
  private static int free(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate("PRAGMA incremental_vacuum(" + MOST_FREED + ")");
    }
  }

  /** Returns the size of the file and its log. */
  long bytes() {
    return size(file) + size(file.resolveSibling(file.getFileName() + "-wal"));
  }

  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      return 0; // there may be no log
    }
  }

  static StoreException damaged(Path file) {
    return new StoreException(
        file + " is damaged; move it away to start without its jobs, or restore a copy");
  }

  private static StoreException problem(Path file, SQLException error) {
    SQLiteErrorCode code = SQLiteErrorCode.getErrorCode(error.getErrorCode() & 0xff);
    return switch (code) {
      case SQLITE_CORRUPT, SQLITE_NOTADB -> damaged(file);
      case SQLITE_BUSY, SQLITE_LOCKED ->
          new StoreException(
              file + " is used by another server; stop it, or choose another folder", error);
      case SQLITE_FULL ->
          new StoreException("the disk of " + file + " is full; free some space", error);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
          new StoreException(file + " cannot be written; check its permissions", error);
      default -> new StoreException(file + " cannot be used: " + reason(error), error);
    };
  }

  private static String reason(SQLException error) {
    String message = String.valueOf(error.getMessage());
    String line = message.lines().findFirst().orElse("").strip();
    return line.isEmpty() ? error.getClass().getSimpleName().toLowerCase(Locale.ROOT) : line;
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw problem(file, e);
    }
  }
}
