package dev.sana4j.files;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes of files and texts. */
public final class Digests {
  private Digests() {}

  /**
   * Starts a hash.
   *
   * @return SHA-256 of the bytes it is given
   */
  public static MessageDigest sha256() {
    return digest("SHA-256");
  }

  /**
   * Starts a hash that is not safe against collisions, as git uses it for names.
   *
   * @return SHA-1 of the bytes it is given
   */
  public static MessageDigest sha1() {
    return digest("SHA-1");
  }

  /**
   * Ends a hash.
   *
   * @param digest has got all bytes; starts anew
   * @return the hash in hexadecimal, lower case
   */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Hashes bytes.
   *
   * @param bytes all of them
   * @return SHA-256 in hexadecimal, lower case
   */
  public static String sha256Hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no " + algorithm, e);
    }
  }
}
