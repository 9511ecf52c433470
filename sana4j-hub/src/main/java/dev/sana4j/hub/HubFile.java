package dev.sana4j.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.files.Digests;
import dev.sana4j.hub.HubException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/**
 * A file of a commit, as listed by the hub.
 *
 * @param path path inside the repository, with slashes; never leads outside
 * @param size in bytes
 * @param hash the name of its blob: SHA-256 of a large file, else git's SHA-1
 */
record HubFile(String path, long size, String hash) {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 1024;

  /** Limit that keeps sums of sizes from overflowing. */
  private static final long LARGEST = 1L << 44;

  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * Excludes control and format characters, and characters with a special meaning on some systems.
   */
  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\p{Cf}\\\\/:*?\"<>|]+");

  HubFile {
    if (!isPath(path)) {
      throw new HubException(
          Reason.DAMAGED, "the hub lists a file with an unsafe path: '" + path + "'");
    }
    if (size < 0
        || size > LARGEST
        || !(SHA1.matcher(hash).matches() || SHA256.matcher(hash).matches())) {
      throw new HubException(
          Reason.DAMAGED, "the hub lists " + path + " without a valid size and hash");
    }
  }

  /**
   * Reads an entry of the tree of a commit; large files have their size and hash in {@code lfs}.
   */
  static HubFile of(JsonNode entry) {
    JsonNode large = entry.path("lfs");
    JsonNode source = large.isObject() ? large : entry;
    String hash = source.path("oid").asText();
    return new HubFile(
        entry.path("path").asText(),
        source.path("size").asLong(-1),
        hash.startsWith("sha256:") ? hash.substring("sha256:".length()) : hash);
  }

  /** Returns whether a path stays inside its folder on every system. */
  static boolean isPath(String path) {
    if (path.length() > LONGEST_PATH) {
      return false;
    }
    for (String name : path.split("/", -1)) {
      boolean steps = name.equals(".") || name.equals("..");
      int bytes = name.getBytes(StandardCharsets.UTF_8).length;
      if (steps || bytes > LONGEST_NAME || !NAME.matcher(name).matches()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether a path contains characters that some systems do not allow; no model needs such
   * files.
   */
  static boolean isUnportable(String path) {
    return !isPath(path) && isPath(path.replaceAll("[:*?\"<>|]", "_"));
  }

  /** Returns a digest that computes the hash from all bytes of the file. */
  MessageDigest digest() {
    if (SHA256.matcher(hash).matches()) {
      return Digests.sha256();
    }
    MessageDigest git = Digests.sha1();
    git.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    return git;
  }
}
