package dev.sana4j.cli;

import dev.sana4j.files.ByteSize;
import dev.sana4j.files.CacheFolder;
import dev.sana4j.files.IoReason;
import dev.sana4j.hub.CachedModel;
import dev.sana4j.hub.HubModels;
import dev.sana4j.tensor.NativeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The findings about the caches: their folders, sizes, free space and models. */
final class CacheFindings {
  /** Space for the unpacked native libraries and the bundled model. */
  private static final long LEAST = 600_000_000;

  /** Space for a published model. */
  private static final long COMFORTABLE = 10_000_000_000L;

  private static final long MOST_FILES = 1_000_000;

  private CacheFindings() {}

  /** Returns a finding per cache. */
  static List<Finding> caches() {
    return List.of(
        cache("models of the hub", ModelNames.settings().cache()),
        cache("sana4j", CacheFolder.path()),
        cache("unpacked native libraries", NativeFiles.folder()));
  }

  /** Examines a folder that may not exist yet. */
  static Finding cache(String name, Path folder) {
    Path existing = existing(folder);
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String text =
          "%s in %s: %s, %s free"
              .formatted(name, folder, new ByteSize(bytes(folder)), new ByteSize(free));
      if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
        return Finding.problem("cache", text + "; " + existing + " is not a writable folder");
      }
      if (free < LEAST) {
        return Finding.problem("cache", text + "; free some space, or move the cache");
      }
      return free < COMFORTABLE
          ? Finding.warning("cache", text + "; a published model needs about 10 GB")
          : Finding.ok("cache", text);
    } catch (IOException e) {
      return Finding.problem("cache", folder + " cannot be read: " + IoReason.of(e));
    }
  }

  private static Path existing(Path folder) {
    Path each = folder.toAbsolutePath();
    while (!Files.exists(each) && each.getParent() != null) {
      each = each.getParent();
    }
    return each;
  }

  /** Returns the size of the files of a folder, without following links. */
  private static long bytes(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .limit(MOST_FILES)
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Returns a finding per model in the caches. */
  static List<Finding> models() {
    List<Finding> findings = new ArrayList<>();
    for (CachedModel model : new HubModels(ModelNames.settings()).cached()) {
      String text = model.repository() + ", " + new ByteSize(model.bytes());
      findings.add(
          model.state() == CachedModel.State.INCOMPLETE
              ? Finding.warning("model", text + ", incomplete; resume with sana pull")
              : Finding.ok("model", text));
    }
    ModelNames.locator()
        .converted()
        .forEach(
            model -> findings.add(Finding.ok("model", model.source() + " as " + model.folder())));
    if (findings.isEmpty()) {
      findings.add(Finding.ok("model", "only the bundled models; see sana models for others"));
    }
    return findings;
  }
}
