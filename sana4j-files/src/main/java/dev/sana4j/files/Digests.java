package dev.sana4j.files;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes of files and texts. */
public final class Digests {
  private Digests() {}

  /**
   * Returns a new SHA-256 hash.
   *
   * @return an empty digest
   */
  public static MessageDigest sha256() {
    return digest("SHA-256");
  }

  /**
   * Returns a new SHA-1 hash, as git uses it for names. SHA-1 is not collision-resistant.
   *
   * @return an empty digest
   */
  public static MessageDigest sha1() {
    return digest("SHA-1");
  }

  /**
   * Completes a hash and resets the digest.
   *
   * @param digest a digest that received all bytes
   * @return the hash in lower-case hexadecimal
   */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Returns the SHA-256 hash of an array.
   *
   * @param bytes the content
   * @return the hash in lower-case hexadecimal
   */
  public static String sha256Hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime does not support " + algorithm, e);
    }
  }
}
