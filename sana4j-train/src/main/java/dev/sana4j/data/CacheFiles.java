package dev.sana4j.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** The growing files of a cache that is being built; each starts with the length in the index. */
final class CacheFiles implements AutoCloseable {
  private final Path folder;
  private final Map<String, Long> lengths;
  private final Map<String, FileChannel> channels = new HashMap<>();

  private CacheFiles(Path folder, CacheIndex index) {
    this.folder = folder;
    this.lengths = index.lengths();
  }

  /** Opens all files, so that damage is found before hours of work. */
  static CacheFiles open(Path folder, CacheIndex index) throws IOException {
    var files = new CacheFiles(folder, index);
    try {
      for (String name : files.lengths.keySet()) {
        files.channel(name);
      }
      return files;
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  void append(String name, byte[] bytes) throws IOException {
    append(name, ByteBuffer.wrap(bytes));
  }

  void append(String name, ByteBuffer bytes) throws IOException {
    FileChannel channel = channel(name);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private FileChannel channel(String name) throws IOException {
    FileChannel channel = channels.get(name);
    if (channel == null) {
      channel = open(name);
      channels.put(name, channel);
    }
    return channel;
  }

  /** Truncates data that an interrupted run wrote after the last index. */
  private FileChannel open(String name) throws IOException {
    Path file = folder.resolve(name);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long expected = lengths.getOrDefault(name, 0L);
    if (channel.size() < expected) {
      channel.close();
      throw new DataException(file + " is damaged: it is too short; delete the folder");
    }
    if (channel.size() > expected) {
      channel.truncate(expected);
    }
    channel.position(expected);
    return channel;
  }

  /** Flushes everything to disk. */
  void force() throws IOException {
    for (FileChannel channel : channels.values()) {
      channel.force(false);
    }
  }

  /** Rejects files that do not match the index. */
  static void check(Path folder, CacheIndex index) {
    index
        .lengths()
        .forEach(
            (name, length) -> {
              Path file = folder.resolve(name);
              long size = file.toFile().length();
              if (size != length) {
                throw new DataException(
                    file
                        + " is damaged: expected "
                        + length
                        + " bytes, found "
                        + size
                        + "; delete the cache folder "
                        + folder
                        + " to rebuild it");
              }
            });
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels.values()) {
      channel.close();
    }
  }
}
