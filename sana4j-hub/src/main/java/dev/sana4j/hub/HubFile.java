package dev.sana4j.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.files.Digests;
import dev.sana4j.hub.HubException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/**
 * A file of a commit as the hub lists it.
 *
 * @param path inside the repository, with slashes; checked not to lead out of it
 * @param size in bytes
 * @param hash the name of its blob: SHA-256 of a large file, else git's SHA-1
 */
record HubFile(String path, long size, String hash) {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 1024;

  /** Sizes of many files can be added. */
  private static final long LARGEST = 1L << 44;

  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** No control or format characters, and none that means something to a system. */
  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\p{Cf}\\\\/:*?\"<>|]+");

  HubFile {
    if (!isPath(path)) {
      throw new HubException(
          Reason.DAMAGED, "the hub lists a file whose name leads elsewhere: '" + path + "'");
    }
    if (size < 0
        || size > LARGEST
        || !(SHA1.matcher(hash).matches() || SHA256.matcher(hash).matches())) {
      throw new HubException(Reason.DAMAGED, "the hub lists " + path + " without size and hash");
    }
  }

  /** An entry of the tree of a commit; large files have their own size and hash in {@code lfs}. */
  static HubFile of(JsonNode entry) {
    JsonNode large = entry.path("lfs");
    JsonNode source = large.isObject() ? large : entry;
    String hash = source.path("oid").asText();
    return new HubFile(
        entry.path("path").asText(),
        source.path("size").asLong(-1),
        hash.startsWith("sha256:") ? hash.substring("sha256:".length()) : hash);
  }

  /** Whether a path stays inside the folder it is resolved in, on every system. */
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

  /** Whether a path is one of a file that some systems cannot have, and no model needs. */
  static boolean isUnportable(String path) {
    return !isPath(path) && isPath(path.replaceAll("[:*?\"<>|]", "_"));
  }

  /** Takes all bytes of the file and gives its hash. */
  MessageDigest digest() {
    if (SHA256.matcher(hash).matches()) {
      return Digests.sha256();
    }
    MessageDigest git = Digests.sha1();
    git.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    return git;
  }
}
