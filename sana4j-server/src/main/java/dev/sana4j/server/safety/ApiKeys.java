package dev.sana4j.server.safety;

import dev.sana4j.files.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The API keys of clients. Only digests are stored; a presented key is compared with all of them in
 * constant time.
 */
public final class ApiKeys {
  private final List<Key> keys;

  private record Key(String name, Digest digest) {}

  /** A digest, which does not reveal its key. */
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
   * Returns no keys, which allows every client.
   *
   * @return an empty set
   */
  public static ApiKeys none() {
    return new ApiKeys(List.of());
  }

  /**
   * Parses keys.
   *
   * @param lines each a key, or a name for the log, a space and a key; empty lines and lines that
   *     begin with # are ignored
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
   * Returns whether the set is empty, so that requests need no key.
   *
   * @return true without keys
   */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /**
   * Returns the number of keys.
   *
   * @return a count
   */
  public int count() {
    return keys.size();
  }

  /**
   * Finds the name of a key.
   *
   * @param presented the key sent by a client
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
