package dev.sana4j.server.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A store that ends with the process: only the files of images, in memory. */
public final class MemoryJobStore implements JobStore {
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  /** Creates an empty store. */
  public MemoryJobStore() {}

  @Override
  public boolean isDurable() {
    return false;
  }

  @Override
  public List<StoredJob> jobs() {
    return List.of();
  }

  @Override
  public List<StoredImage> images() {
    return List.of();
  }

  @Override
  public Optional<byte[]> input(String sha256) {
    return Optional.empty();
  }

  @Override
  public void accept(StoredJob job, Map<String, byte[]> inputs) {}

  @Override
  public void started(Collection<String> jobs, Instant now) {}

  @Override
  public void released() {}

  @Override
  public void add(StoredImage image, byte[] file, List<String> notes, Instant now) {
    files.put(image.name(), file);
  }

  @Override
  public Optional<byte[]> file(String name) {
    return Optional.ofNullable(files.get(name));
  }

  @Override
  public void extend(Collection<String> names, Instant expires) {}

  @Override
  public void end(String job, StoredEnd end) {}

  @Override
  public void remove(Collection<String> jobs, Collection<String> images) {
    images.forEach(files::remove);
  }

  @Override
  public void discard(Collection<String> images) {
    images.forEach(files::remove);
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public void close() {
    files.clear();
  }
}
