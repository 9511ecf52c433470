package dev.sana4j.spark;

import dev.sana4j.files.Digests;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Names of the members of shards: readers take what is before the first dot as the name. */
final class ShardNames {
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_-]{1,80}");
  private static final int DIGITS = 32;

  private ShardNames() {}

  /** Returns the key if it can be a name, else a digest of it. */
  static String of(String key) {
    return SAFE.matcher(key).matches()
        ? key
        : "key-" + Digests.sha256Hex(key.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
  }

  /** Returns the name of a member without its extension. */
  static String ofMember(String member) {
    int dot = member.indexOf('.');
    return dot < 0 ? member : member.substring(0, dot);
  }
}
