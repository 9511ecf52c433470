package dev.sana4j.server.safety;

import dev.sana4j.files.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys that let clients in. Only digests are kept, and each presented key is compared with all of
 * them in a time that does not depend on what is equal.
 */
public final class ApiKeys {
  private final List<Key> keys;

  private record Key(String name, Digest digest) {}

  /** A digest, which tells nothing of its key. */
  private static final class Digest {
    private final byte[] bytes;

    Digest(String key) {
      bytes = sha256(key);
    }

    boolean isOf(byte[] other) {
      return MessageDigest.isEqual(bytes, other);
    }
  }

  private ApiKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * No keys: everyone is let in.
   *
   * @return none
   */
  public static ApiKeys none() {
    return new ApiKeys(List.of());
  }

  /**
   * Keys from lines.
   *
   * @param lines a key each, or a name for the log, a space and a key; empty lines and those that
   *     begin with # say nothing
   * @return the keys
   */
  public static ApiKeys of(List<String> lines) {
    List<Key> keys = new ArrayList<>();
    for (String line : lines) {
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        String[] words = text.split("\\s+", 2);
        String name = words.length == 2 ? words[0] : "key-" + (keys.size() + 1);
        keys.add(new Key(name, new Digest(words[words.length - 1])));
      }
    }
    return new ApiKeys(keys);
  }

  /**
   * Whether there are none, so that no request needs a key.
   *
   * @return true if there are none
   */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /**
   * How many there are.
   *
   * @return a count
   */
  public int count() {
    return keys.size();
  }

  /**
   * Whose key it is.
   *
   * @param presented what a client presents
   * @return the name of the key, or empty
   */
  public Optional<String> nameOf(String presented) {
    byte[] digest = sha256(presented);
    String found = "";
    for (Key key : keys) {
      if (key.digest().isOf(digest)) {
        found = key.name();
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  private static byte[] sha256(String key) {
    return Digests.sha256().digest(key.getBytes(StandardCharsets.UTF_8));
  }
}
