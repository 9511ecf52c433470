package dev.sana4j.server.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables of a database of jobs. */
final class SqliteSchema {
  /** Increased with every change of the tables that earlier versions cannot read. */
  static final int VERSION = 1;

  /** Marks a database as one of sana4j; in the file it reads "sana". */
  static final int APPLICATION = 0x73616e61;

  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE jobs(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            ordered TEXT NOT NULL,
            images INTEGER NOT NULL,
            created INTEGER NOT NULL,
            started INTEGER,
            attempts INTEGER NOT NULL DEFAULT 0,
            notes TEXT NOT NULL DEFAULT '',
            ended INTEGER,
            status TEXT,
            error TEXT NOT NULL DEFAULT '',
            message TEXT NOT NULL DEFAULT '')
          """,
          """
          CREATE TABLE images(
            name TEXT NOT NULL PRIMARY KEY,
            job TEXT NOT NULL,
            number INTEGER NOT NULL,
            seed INTEGER NOT NULL,
            score REAL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            format TEXT NOT NULL,
            length INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            file BLOB,
            UNIQUE(job, number))
          """,
          """
          CREATE TABLE inputs(
            sha256 TEXT NOT NULL PRIMARY KEY,
            rgb BLOB NOT NULL)
          """,
          """
          CREATE TABLE job_inputs(
            job TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            PRIMARY KEY(job, sha256)) WITHOUT ROWID
          """,
          "CREATE INDEX users_of_inputs ON job_inputs(sha256)",
          "CREATE TABLE opened(at INTEGER NOT NULL)",
          "INSERT INTO opened(at) VALUES(0)");

  /**
   * Returns whether the database has no tables yet.
   *
   * @throws StoreException if it belongs to another program or a newer version
   */
  boolean isNew(Connection connection, Path file) throws SQLException {
    int version = number(connection, "PRAGMA user_version");
    int application = number(connection, "PRAGMA application_id");
    int tables = number(connection, "SELECT count(*) FROM sqlite_schema");
    if (application == 0 && version == 0 && tables == 0) {
      return true;
    }
    if (application != APPLICATION) {
      throw new StoreException(file + " is a database of another program; choose another folder");
    }
    if (version != VERSION) {
      throw new StoreException(
          "%s was written by a newer version of sana4j (its format is %d, this version reads %d);"
                  .formatted(file, version, VERSION)
              + " use that version, or choose another folder");
    }
    return false;
  }

  private static int number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getInt(1) : 0;
    }
  }

  /** Creates the tables. */
  int create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        statement.execute(table);
      }
      statement.execute("PRAGMA application_id = " + APPLICATION);
      statement.execute("PRAGMA user_version = " + VERSION);
    }
    return VERSION;
  }

  /** Adds the columns that a database of an earlier version lacks, which that version ignores. */
  static int complete(Connection connection) throws SQLException {
    boolean isComplete =
        number(connection, "SELECT count(*) FROM pragma_table_info('images') WHERE name = 'score'")
            == 1;
    if (isComplete) {
      return 0;
    }
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate("ALTER TABLE images ADD COLUMN score REAL");
    }
  }

  /** Writes something, since only writing takes the lock of the file. */
  static int touch(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate("UPDATE opened SET at = " + System.currentTimeMillis());
    }
  }
}
