package dev.sana4j.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A repository of a {@link FakeHub} with one commit. */
public final class FakeRepository {
  private static final int LARGE = 1000;

  private final String name;
  private final String commit;
  private final Map<String, HubContent> files = new TreeMap<>();
  private String card = "{\"license\":\"cc-by-nc-4.0\"}";

  FakeRepository(String name, String commit) {
    this.name = name;
    this.commit = commit;
  }

  /**
   * Replaces the data of the card, which names the licence.
   *
   * @param json a JSON object
   * @return this
   */
  public FakeRepository card(String json) {
    card = json;
    return this;
  }

  /**
   * Adds a file.
   *
   * @param path the path in the repository
   * @param content the bytes; from 1000 bytes on, the second server serves the file
   * @return this
   */
  public FakeRepository add(String path, byte[] content) {
    files.put(path, new HubContent(content, content.length >= LARGE));
    return this;
  }

  /**
   * Adds a file that is only listed.
   *
   * @param path the path in the repository
   * @param size the size that the list shows
   * @return this
   */
  public FakeRepository addHuge(String path, long size) {
    files.put(path, HubContent.listed(size));
    return this;
  }

  /**
   * Adds all files of a folder.
   *
   * @param folder a model folder
   * @return this
   * @throws IOException if the folder cannot be read
   */
  public FakeRepository addAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        add(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return this;
  }

  String name() {
    return name;
  }

  String commit() {
    return commit;
  }

  String card() {
    return card;
  }

  Map<String, HubContent> files() {
    return files;
  }
}
