package dev.sana4j.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file of a {@link FakeHub} with its hashes. */
final class HubContent {
  private final byte[] bytes;
  private final boolean large;
  private final long size;

  HubContent(byte[] bytes, boolean large) {
    this(bytes, large, bytes.length);
  }

  private HubContent(byte[] bytes, boolean large, long size) {
    this.bytes = bytes;
    this.large = large;
    this.size = size;
  }

  /** Returns a file without content that the list shows with another size. */
  static HubContent listed(long size) {
    return new HubContent(new byte[0], true, size);
  }

  byte[] bytes() {
    return bytes;
  }

  boolean isLarge() {
    return large;
  }

  /** Returns SHA-256 for a large file, and git's name of the blob otherwise. */
  String hash() {
    return large ? hash("SHA-256", bytes) : git(bytes);
  }

  private static String git(byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + content.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return hash("SHA-1", all);
  }

  private static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the JSON entry of a file list; git stores only a pointer to a large file. */
  String entry(String path) {
    String pointer = git(("pointer to " + path).getBytes(StandardCharsets.UTF_8));
    String lfs = large ? ",\"lfs\":{\"oid\":\"" + hash() + "\",\"size\":" + size + "}" : "";
    return "{\"type\":\"file\",\"path\":\"%s\",\"size\":%d,\"oid\":\"%s\"%s}"
        .formatted(path, size, large ? pointer : hash(), lfs);
  }
}
