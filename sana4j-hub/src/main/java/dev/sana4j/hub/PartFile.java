package dev.sana4j.hub;

import dev.sana4j.files.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** The downloaded part of a blob, possibly from an earlier run, and its hash. */
final class PartFile implements AutoCloseable {
  private static final int BUFFER = 1 << 17;

  private final Path path;
  private final HubFile file;
  private final FileChannel channel;
  private MessageDigest digest;
  private long size;

  private PartFile(Path path, HubFile file, FileChannel channel) {
    this.path = path;
    this.file = file;
    this.channel = channel;
    this.digest = file.digest();
  }

  /**
   * Opens a partial file and hashes its bytes.
   *
   * @throws HubException if it cannot be read or written
   */
  static PartFile open(Path path, HubFile file) {
    PartFile part = new PartFile(path, file, channel(path));
    try {
      part.readAll();
      return part;
    } catch (IOException e) {
      part.close();
      throw HubCache.failure(path, "cannot be read", e);
    }
  }

  private static FileChannel channel(Path path) {
    try {
      return FileChannel.open(
          path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw HubCache.failure(path, "cannot be opened", e);
    }
  }

  private void readAll() throws IOException {
    if (channel.size() > file.size()) {
      restart();
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (channel.read(buffer) >= 0) {
      digest.update(buffer.flip());
      size += buffer.limit();
      buffer.clear();
    }
  }

  /** Returns the number of downloaded bytes. */
  long size() {
    return size;
  }

  /** Appends bytes. */
  void write(byte[] bytes, int count) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw HubCache.failure(path, "cannot be written", e);
    }
    digest.update(bytes, 0, count);
    size += count;
  }

  /** Deletes the downloaded bytes. */
  void restart() {
    try {
      channel.truncate(0);
      channel.position(0);
    } catch (IOException e) {
      throw HubCache.failure(path, "cannot be written", e);
    }
    digest = file.digest();
    size = 0;
  }

  /** Returns whether the hash matches the file; call it once, after the last byte. */
  boolean matches() {
    return Digests.hex(digest).equals(file.hash());
  }

  /** Writes everything to disk and renames the file to the blob. */
  void moveTo(Path blob) {
    try {
      channel.force(true);
      channel.close();
      HubCache.move(path, blob);
    } catch (IOException e) {
      throw HubCache.failure(blob, "cannot be written", e);
    }
  }

  /** Deletes the file. */
  void drop() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw HubCache.failure(path, "cannot be deleted", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw HubCache.failure(path, "cannot be written", e);
    }
  }
}
