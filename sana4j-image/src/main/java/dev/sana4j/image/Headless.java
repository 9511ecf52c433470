package dev.sana4j.image;

/** Tells AWT that there is no screen, before any of its classes load. */
final class Headless {

  private static final String PROPERTY = "java.awt.headless";

  static {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, "true");
    }
  }

  private Headless() {}

  /** Runs the static initializer, once. */
  static void ensure() {}
}
