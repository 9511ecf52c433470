package dev.sana4j.emoji.model;

import dev.sana4j.files.AtomicFile.Mode;
import dev.sana4j.files.AtomicFolder;
import dev.sana4j.files.Digests;
import dev.sana4j.folder.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model folder among the resources next to a class, with a list of its files and their hashes.
 * Files that it shares with another model are only in the folder of that model.
 */
final class PackedModel {
  /** In the format of {@code sha256sum}: the hash in hex, two spaces, the path. */
  private static final String LIST = "SHA256SUMS";

  private final Class<?> beside;
  private final String name;
  private final String common;

  PackedModel(Class<?> beside, String name, String common) {
    this.beside = beside;
    this.name = name;
    this.common = common;
  }

  /**
   * Returns a folder with all files. Its name contains the hash of the list, so another version of
   * the model gets another folder. The folder appears only when it is complete, so several
   * processes may unpack at the same time.
   */
  Path unpack(Path cache) {
    byte[] list = bytes(LIST);
    Path folder = cache.resolve(name + "-" + Digests.sha256Hex(list).substring(0, 16));
    if (Files.isDirectory(folder)) {
      return folder;
    }
    try {
      AtomicFolder.write(folder, Mode.CREATE, unfinished -> copyAll(files(list), unfinished));
      return folder;
    } catch (IOException e) {
      if (Files.isDirectory(folder)) {
        return folder; // another process was faster
      }
      throw new ModelException(
          "the model that comes with sana4j cannot be unpacked into "
              + cache
              + " ("
              + reason(e)
              + "); set SANA4J_CACHE to another folder");
    }
  }

  private static String reason(IOException error) {
    boolean nameAlone = error instanceof FileSystemException failed && failed.getReason() == null;
    return nameAlone ? error.getClass().getSimpleName() : String.valueOf(error.getMessage());
  }

  private static Map<String, String> files(byte[] list) {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (String line : new String(list, StandardCharsets.UTF_8).lines().toList()) {
      String[] parts = line.split(" {2}", 2);
      hashes.put(parts[1], parts[0]);
    }
    return hashes;
  }

  private void copyAll(Map<String, String> hashes, Path to) throws IOException {
    for (Map.Entry<String, String> file : hashes.entrySet()) {
      Path target = to.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      MessageDigest digest = Digests.sha256();
      try (InputStream in = resource(file.getKey());
          OutputStream out = new DigestOutputStream(Files.newOutputStream(target), digest)) {
        in.transferTo(out);
      }
      if (!Digests.hex(digest).equals(file.getValue())) {
        throw new ModelException("sana4j's own file " + file.getKey() + " is damaged");
      }
    }
  }

  private byte[] bytes(String file) {
    try (InputStream in = resource(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InputStream resource(String file) {
    InputStream own = beside.getResourceAsStream(name + "/" + file);
    InputStream in = own == null ? beside.getResourceAsStream(common + "/" + file) : own;
    if (in == null) {
      throw new ModelException("sana4j's own file " + name + "/" + file + " is missing");
    }
    return in;
  }
}
