package dev.sana4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions of sana4j, Java and libtorch; reads them without loading libtorch. */
final class ProgramVersion implements IVersionProvider {
  private static final String UNKNOWN = "unknown";
  private static final String UNFILTERED = "${";

  /** Written by Maven at build time: the keys version and commit. */
  private static final String SANA4J = "version.txt";

  private static final String LIBTORCH = "/META-INF/maven/org.bytedeco/pytorch/pom.properties";

  /** Returns the version of sana4j. */
  static String sana4j() {
    return property(SANA4J, "version");
  }

  /** Returns the commit that sana4j was built from; {@code unknown} if the build did not set it. */
  static String commit() {
    return property(SANA4J, "commit");
  }

  /** Returns the version of libtorch and of its binding. */
  static String libtorch() {
    return property(LIBTORCH, "version");
  }

  /** Returns the version and the vendor of Java. */
  static String java() {
    return System.getProperty("java.version") + ", " + System.getProperty("java.vendor");
  }

  private static String property(String resource, String name) {
    Properties properties = new Properties();
    try (InputStream in = Sana.class.getResourceAsStream(resource)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      return UNKNOWN;
    }
    String value = properties.getProperty(name, "").strip();
    return value.isEmpty() || value.startsWith(UNFILTERED) ? UNKNOWN : value;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "sana4j " + sana4j() + " (commit " + commit() + ")",
      "Java " + java(),
      "libtorch " + libtorch()
    };
  }
}
