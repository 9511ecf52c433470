package dev.sana4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** Walks the headers of a tar archive without reading the data between them. */
final class TarMembers implements AutoCloseable {
  /** Long names and extended heads of one member, together. */
  private static final int MAX_HEAD_BYTES = 1 << 20;

  private final Heads heads;
  private final TarArchiveInputStream archive;

  TarMembers(Path file) throws IOException {
    heads = new Heads(FileChannel.open(file));
    archive = new TarArchiveInputStream(heads);
  }

  /** The archive is truncated or invalid; members before that are valid. */
  static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedException(Throwable cause) {
      super(cause);
    }
  }

  /** Returns the next file, null at the end. */
  @Nullable TarMember next() {
    try {
      while (true) {
        heads.left = MAX_HEAD_BYTES;
        TarArchiveEntry entry = archive.getNextEntry();
        if (entry == null) {
          return null;
        }
        long offset = heads.channel.position();
        if (offset + entry.getSize() > heads.channel.size()) {
          throw new IOException("the archive is cut short");
        }
        boolean plain = entry.isFile() && !entry.isLink() && !entry.isSymbolicLink();
        if (plain && !entry.isSparse()) {
          return new TarMember(entry.getName(), offset, entry.getSize());
        }
      }
    } catch (IOException | RuntimeException e) {
      // The library answers damaged heads with exceptions of several kinds.
      throw new DamagedException(e);
    }
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }

  /** Skips by seeking, and limits the size of a header. */
  private static final class Heads extends InputStream {
    private final FileChannel channel;
    private int left;

    Heads(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int start, int count) throws IOException {
      left -= count;
      if (left < 0) {
        throw new IOException("the head of a member is too long");
      }
      return channel.read(ByteBuffer.wrap(target, start, count));
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = Math.max(0, Math.min(count, channel.size() - channel.position()));
      channel.position(channel.position() + skipped);
      return skipped;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
