package dev.sana4j.server.jobs;

import java.security.SecureRandom;
import java.util.Base64;

/** Names that cannot be guessed. */
final class SecretName {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 16;

  private SecretName() {}

  /** Returns 22 random letters, digits, - and _. */
  static String create() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
