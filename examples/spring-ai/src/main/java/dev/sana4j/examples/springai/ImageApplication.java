package dev.sana4j.examples.springai;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the application; the page is at http://localhost:8080. */
@SpringBootApplication
public class ImageApplication {

  /**
   * Starts the application.
   *
   * @param args properties such as {@code --server.port=8081}
   */
  public static void main(String[] args) {
    SpringApplication.run(ImageApplication.class, args);
  }
}
