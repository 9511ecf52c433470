package dev.sana4j.spark;

import dev.sana4j.files.IoReason;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** Reads the input images of rows from any file system that Hadoop knows. */
final class InputFiles {
  private static final int MOST_BYTES = 64 << 20;

  private final Configuration hadoop;

  InputFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Returns the bytes of a file of up to 64 MiB. */
  byte[] read(String name) {
    try {
      Path path = new Path(name);
      try (FSDataInputStream in = path.getFileSystem(hadoop).open(path)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw new RequestException("the image " + name + " is larger than 64 MiB");
        }
        return bytes;
      }
    } catch (IOException e) {
      throw new RequestException("the image " + name + " cannot be read: " + IoReason.of(e));
    } catch (IllegalArgumentException e) {
      throw new RequestException("the image " + name + " is not a file name");
    }
  }
}
