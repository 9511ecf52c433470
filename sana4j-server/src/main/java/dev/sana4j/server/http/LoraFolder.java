package dev.sana4j.server.http;

import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The LoRA adapters that clients may name: the safetensors files of one folder, and its folders
 * that contain one adapter. Clients give names without folder and extension; a name that is not in
 * the list is refused, so no other file can be reached. Thread-safe.
 */
public final class LoraFolder {
  private static final Logger LOG = LoggerFactory.getLogger(LoraFolder.class);
  private static final String EXTENSION = ".safetensors";
  private static final int MOST_FILES = 10_000;
  private static final int SHOWN_NAMES = 8;

  /** Names that fit into a prompt of AUTOMATIC1111, {@code <lora:NAME:1>}. */
  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}<>:/\\\\]{1,200}");

  /** Two changes of a folder within this time may leave it with the same time. */
  private static final Duration COARSEST_TIME = Duration.ofSeconds(2);

  private final @Nullable Path folder;
  private final SortedMap<String, Path> files = new TreeMap<>();
  private final Map<Path, FileTime> times = new HashMap<>(); // of the folder and its folders
  private boolean settled; // the times were old when the folder was listed
  private String failure = "";

  private LoraFolder(@Nullable Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the adapters of a folder, which is listed again whenever it has changed.
   *
   * @param folder the folder
   * @return its adapters
   */
  public static LoraFolder of(Path folder) {
    return new LoraFolder(folder);
  }

  /**
   * Returns a list without adapters.
   *
   * @return refuses every name
   */
  public static LoraFolder none() {
    return new LoraFolder(null);
  }

  /**
   * Returns the names that clients may use.
   *
   * @return in alphabetical order
   */
  public synchronized List<String> names() {
    list(false);
    return List.copyOf(files.keySet());
  }

  /** Lists the folder again, also if it seems unchanged. */
  public synchronized void refresh() {
    list(true);
  }

  /**
   * Returns an adapter of the folder.
   *
   * @param field name of the field, for the message
   * @param name name of the adapter, with or without extension
   * @param scale its weight, -100 to 100
   * @return the adapter
   * @throws RequestProblem if the name is unknown, or the scale is out of range
   */
  public LoraChoice choice(String field, String name, double scale) {
    Path file = find(name);
    if (file == null) {
      throw RequestProblem.field(
          field, "the LoRA \"" + RequestFields.shortened(name) + "\" is unknown; " + known());
    }
    if (!(Math.abs(scale) <= 100)) {
      throw RequestProblem.field(
          field, "the scale " + scale + " of the LoRA " + name + " is not between -100 and 100");
    }
    return new LoraChoice(file.toString(), scale);
  }

  private synchronized @Nullable Path find(String name) {
    list(false);
    return files.get(name.endsWith(EXTENSION) ? withoutExtension(name) : name);
  }

  private synchronized String known() {
    if (folder == null) {
      return "this server has no LoRA adapters; set its folder with lora-dir";
    }
    if (files.isEmpty()) {
      return "the folder lora-dir contains no adapters";
    }
    String names = String.join(", ", files.keySet().stream().limit(SHOWN_NAMES).toList());
    int more = files.size() - SHOWN_NAMES;
    return "this server has " + names + (more > 0 ? " and " + more + " more" : "");
  }

  /** Lists the folder if it may have changed since it was listed. */
  private void list(boolean always) {
    if (folder == null || (settled && !always && !isChanged())) {
      return;
    }
    Instant before = Instant.now().minus(COARSEST_TIME);
    files.clear();
    times.clear();
    try {
      read(folder);
      settled = times.values().stream().allMatch(time -> time.toInstant().isBefore(before));
      failure = "";
    } catch (IOException | DirectoryIteratorException e) {
      settled = false;
      warn(folder, e.toString());
    }
  }

  private void warn(Path unreadable, String reason) {
    if (!reason.equals(failure)) { // once, and not for every request
      LOG.warn("the folder {} of LoRA adapters cannot be read: {}", unreadable, reason);
      failure = reason;
    }
  }

  /** A new file changes only the time of the folder that it is in. */
  private boolean isChanged() {
    try {
      for (Map.Entry<Path, FileTime> known : times.entrySet()) {
        if (!Files.getLastModifiedTime(known.getKey()).equals(known.getValue())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private void read(Path root) throws IOException {
    times.put(root, Files.getLastModifiedTime(root));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        boolean isFile = name.endsWith(EXTENSION) && Files.isRegularFile(entry);
        String known = isFile ? withoutExtension(name) : name;
        boolean isUsable = NAME.matcher(known).matches() && files.size() < MOST_FILES;
        if (isUsable && (isFile || isAdapter(entry))) {
          files.put(known, entry);
        }
      }
    }
  }

  private boolean isAdapter(Path entry) throws IOException {
    if (!Files.isDirectory(entry)) {
      return false;
    }
    times.put(entry, Files.getLastModifiedTime(entry));
    try {
      var unused = new LoraChoice(entry.toString(), 1).path();
      return true;
    } catch (RequestException e) {
      return false;
    }
  }

  private static String withoutExtension(String name) {
    return name.substring(0, name.length() - EXTENSION.length());
  }
}
