package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Images that clients fetch later, each under a name that cannot be guessed. The oldest are removed
 * when there are too many, and all after some time. The files are in the store. Thread-safe.
 */
final class KeptImages {
  private final Duration keptFor;
  private final long mostBytes;
  private final JobRecords records;
  private final Map<String, Kept> images = new LinkedHashMap<>();
  private long bytes;

  private record Kept(ImageFormat format, int length, Instant expires) {
    static Kept of(JobImage image) {
      return new Kept(image.format(), image.length(), image.keptPlace().expires());
    }
  }

  KeptImages(Duration keptFor, long mostBytes, JobRecords records) {
    this.keptFor = keptFor;
    this.mostBytes = mostBytes;
    this.records = records;
  }

  /** Keeps images of earlier runs. */
  void restore(List<JobImage> stored, Instant now) {
    stored.stream()
        .sorted(Comparator.comparing(image -> image.keptPlace().expires()))
        .forEach(this::put);
    forget(now);
  }

  private synchronized void put(JobImage image) {
    images.put(image.keptPlace().name(), Kept.of(image));
    bytes += image.length();
  }

  /**
   * Stores a finished image and its file.
   *
   * @return the image with its place, without its file
   */
  JobImage keep(Job job, JobImage image, Instant now) {
    JobImage.Place place = new JobImage.Place(SecretName.create(), now.plus(keptFor));
    JobImage kept =
        new JobImage(
            image.index(),
            image.seed(),
            image.score(),
            image.size(),
            image.hires(),
            image.format(),
            image.length(),
            place,
            null);
    records.add(job, kept, image.heldFile().bytes(), now);
    put(kept);
    forget(now);
    return kept;
  }

  Optional<EncodedImage> find(String name, Instant now) {
    forget(now);
    Kept kept = known(name);
    return kept == null
        ? Optional.empty()
        : records.file(name).map(file -> new EncodedImage(kept.format(), file));
  }

  private synchronized @Nullable Kept known(String name) {
    return images.get(name);
  }

  void forget(Instant now) {
    records.forgetImages(removed(now));
  }

  private synchronized List<String> removed(Instant now) {
    List<String> names = new ArrayList<>();
    Iterator<Map.Entry<String, Kept>> oldest = images.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Kept> next = oldest.next();
      if (bytes <= mostBytes && next.getValue().expires().isAfter(now)) {
        break;
      }
      names.add(next.getKey());
      oldest.remove();
      bytes -= next.getValue().length();
    }
    return names;
  }

  synchronized long bytes() {
    return bytes;
  }
}
