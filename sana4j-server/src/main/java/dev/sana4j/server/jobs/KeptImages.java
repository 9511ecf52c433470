package dev.sana4j.server.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Images that clients fetch later, each under a name that cannot be guessed. The oldest are removed
 * when there are too many, and all after some time. Thread-safe.
 */
final class KeptImages {
  private final Duration keptFor;
  private final long mostBytes;
  private final Map<String, Kept> images = new LinkedHashMap<>();
  private long bytes;

  private record Kept(EncodedImage image, Instant expires) {}

  KeptImages(Duration keptFor, long mostBytes) {
    this.keptFor = keptFor;
    this.mostBytes = mostBytes;
  }

  synchronized JobImage.Place keep(EncodedImage image, Instant now) {
    JobImage.Place place = new JobImage.Place(SecretName.create(), now.plus(keptFor));
    images.put(place.name(), new Kept(image, place.expires()));
    bytes += image.length();
    forget(now);
    return place;
  }

  synchronized Optional<EncodedImage> find(String name, Instant now) {
    forget(now);
    return Optional.ofNullable(images.get(name)).map(Kept::image);
  }

  synchronized void forget(Instant now) {
    Iterator<Kept> oldest = images.values().iterator();
    while (oldest.hasNext()) {
      Kept kept = oldest.next();
      if (bytes <= mostBytes && kept.expires().isAfter(now)) {
        return;
      }
      oldest.remove();
      bytes -= kept.image().length();
    }
  }

  synchronized long bytes() {
    return bytes;
  }
}
