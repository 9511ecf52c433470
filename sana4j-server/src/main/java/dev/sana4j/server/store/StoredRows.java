package dev.sana4j.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the rows of the tables. */
final class StoredRows {
  private StoredRows() {}

  /** Reads one row. */
  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  static List<StoredJob> jobs(Connection connection) throws SQLException {
    return rows(
        connection,
        "SELECT id, owner, ordered, images, created, started, attempts, notes, ended, status,"
            + " error, message FROM jobs ORDER BY number",
        StoredRows::job);
  }

  private static StoredJob job(ResultSet row) throws SQLException {
    String status = row.getString("status");
    StoredEnd end =
        status == null
            ? null
            : new StoredEnd(
                Instant.ofEpochMilli(row.getLong("ended")),
                status,
                row.getString("error"),
                row.getString("message"));
    return new StoredJob(
        row.getString("id"),
        row.getString("owner"),
        row.getString("ordered"),
        row.getInt("images"),
        Instant.ofEpochMilli(row.getLong("created")),
        time(row, "started"),
        row.getInt("attempts"),
        row.getString("notes").lines().toList(),
        end);
  }

  private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  static List<StoredImage> images(Connection connection) throws SQLException {
    return rows(
        connection,
        "SELECT name, job, number, seed, score, width, height, format, length, expires,"
            + " file IS NOT NULL AS present FROM images ORDER BY expires, number",
        StoredRows::image);
  }

  private static StoredImage image(ResultSet row) throws SQLException {
    return new StoredImage(
        row.getString("name"),
        row.getString("job"),
        row.getInt("number"),
        row.getLong("seed"),
        score(row),
        row.getInt("width"),
        row.getInt("height"),
        row.getString("format"),
        row.getInt("length"),
        Instant.ofEpochMilli(row.getLong("expires")),
        row.getBoolean("present"));
  }

  private static @Nullable Double score(ResultSet row) throws SQLException {
    double score = row.getDouble("score");
    return row.wasNull() ? null : score;
  }

  private static <T> List<T> rows(Connection connection, String query, Row<T> reader)
      throws SQLException {
    List<T> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        rows.add(reader.read(result));
      }
    }
    return rows;
  }

  static Optional<byte[]> blob(Connection connection, String query, String key)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, key);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? Optional.ofNullable(result.getBytes(1)) : Optional.empty();
      }
    }
  }
}
