package dev.sana4j.server.store;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Unpacks the native library of SQLite once into the cache of sana4j. By default the driver unpacks
 * it at each start into the folder for temporary files, where a killed process leaves it.
 */
public final class SqliteLibrary {
  private static final String FOLDER = "org.sqlite.lib.path";
  private static final String TEMPORARY = "org.sqlite.tmpdir";

  private SqliteLibrary() {}

  /**
   * Returns the folder of the cache that contains one folder per version of the library.
   *
   * @return a path that may not exist
   */
  public static Path folder() {
    return CacheFolder.path().resolve("sqlite");
  }

  /** Returns the version of the library that this process uses, the name of its folder. */
  public static String version() {
    return SQLiteJDBCLoader.getVersion();
  }

  /** Does nothing if the user chose a folder, or if the cache cannot be written. */
  static synchronized void unpack() {
    if (System.getProperty(FOLDER) != null || System.getProperty(TEMPORARY) != null) {
      return;
    }
    Path folder = folder().resolve(version());
    String name = LibraryLoaderUtil.getNativeLibName();
    String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (in == null) {
        return; // the driver reports the missing platform
      }
      Path file = folder.resolve(name);
      byte[] library = in.readAllBytes();
      if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), library)) {
        Files.createDirectories(folder);
        AtomicFile.write(file, AtomicFile.Mode.REPLACE, out -> out.write(library));
      }
      System.setProperty(FOLDER, folder.toAbsolutePath().toString());
    } catch (IOException e) {
      // The driver unpacks it elsewhere.
    }
  }
}
