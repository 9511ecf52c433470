package dev.sana4j.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Writes a shard of images, and a file with the bad rows; each only if it has something. */
final class ShardWriter extends RecordWriter<String, Row> {
  private final FileSystem files;
  private final Path shard;
  private final Path errors;
  private final String extension;
  private @Nullable TarArchiveOutputStream tar;
  private @Nullable OutputStream bad;

  /**
   * Creates the writer of a task.
   *
   * @param files where to write
   * @param folder folder of the task attempt, whose files become visible when it is committed
   * @param name name of both files, without extension
   * @param extension extension of images
   */
  ShardWriter(FileSystem files, Path folder, String name, String extension) {
    this.files = files;
    this.shard = new Path(folder, name + ".tar");
    this.errors = new Path(folder, name + ".errors.jsonl");
    this.extension = extension;
  }

  @Override
  public void write(String key, Row row) throws IOException {
    String error = ImageColumns.text(row, ImageColumns.ERROR);
    if (error != null) {
      ObjectNode line = StrictJson.mapper().createObjectNode();
      line.put("key", key).put("error", error);
      byte[] bytes = StrictJson.mapper().writeValueAsBytes(line);
      OutputStream out = bad();
      out.write(bytes);
      out.write('\n');
      return;
    }
    String name = ShardNames.of(key);
    put(name + "." + extension, ImageColumns.bytes(row));
    put(name + ".txt", utf8(ImageColumns.text(row, "prompt")));
    put(name + ".json", utf8(ImageColumns.text(row, ImageColumns.METADATA)));
  }

  private static byte[] utf8(@Nullable String text) {
    return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
  }

  private void put(String name, byte[] content) throws IOException {
    TarArchiveOutputStream out = tar();
    var entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(0L);
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
  }

  private TarArchiveOutputStream tar() throws IOException {
    TarArchiveOutputStream out = tar;
    if (out == null) {
      out = new TarArchiveOutputStream(files.create(shard, false));
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar = out;
    }
    return out;
  }

  private OutputStream bad() throws IOException {
    OutputStream out = bad;
    if (out == null) {
      out = files.create(errors, false);
      bad = out;
    }
    return out;
  }

  @Override
  public void close(TaskAttemptContext context) throws IOException {
    if (tar != null) {
      tar.close();
    }
    if (bad != null) {
      bad.close();
    }
  }
}
