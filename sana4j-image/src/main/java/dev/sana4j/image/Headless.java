package dev.sana4j.image;

/** Puts AWT into headless mode before any of its classes load. */
final class Headless {

  private static final String PROPERTY = "java.awt.headless";

  static {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, "true");
    }
  }

  private Headless() {}

  /** Triggers the static initializer. */
  static void ensure() {}
}
