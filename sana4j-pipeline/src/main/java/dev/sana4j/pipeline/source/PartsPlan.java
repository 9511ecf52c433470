package dev.sana4j.pipeline.source;

import dev.sana4j.files.FileException;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.SanaException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.hub.HubId;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts that a checkpoint lacks: where they are in the cache, and which files of the hub must
 * be downloaded for the others. No transformer is downloaded, only its config.
 */
final class PartsPlan implements AutoCloseable {
  /** The parts that every model needs besides its transformer. */
  static final Set<Part> NEEDED = Set.of(Part.TEXT_ENCODER, Part.TOKENIZER, Part.VAE);

  private static final String INDEX = "model_index.json";
  private static final String TRANSFORMER_CONFIG = Part.TRANSFORMER.folder() + "/config.json";

  private final HubModels hub;
  private final Map<Part, Path> folders = new EnumMap<>(Part.class);
  private final Map<HubRepository, Set<String>> downloads = new LinkedHashMap<>();
  private final Set<String> sources = new LinkedHashSet<>();
  private @Nullable Path index;

  private PartsPlan(HubModels hub) {
    this.hub = hub;
  }

  /**
   * Makes a plan. Parts in the cache are preferred; then the first repository of the table that
   * exists.
   *
   * @param hub the hub and its cache
   * @param queryKeyNorm whether the transformer normalizes queries and keys
   * @return the plan, to be closed by the caller
   * @throws HubException if a part is not available
   */
  static PartsPlan of(HubModels hub, boolean queryKeyNorm) {
    PartsPlan plan = new PartsPlan(hub);
    try {
      List<PublishedParts> table = PublishedParts.of(queryKeyNorm);
      table.forEach(plan::addCached);
      plan.addMissing(table);
      return plan;
    } catch (RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  private Set<Part> missing() {
    Set<Part> missing = EnumSet.copyOf(NEEDED);
    missing.removeAll(folders.keySet());
    return missing;
  }

  private void addCached(PublishedParts source) {
    Optional<Path> found = hub.snapshot(source.repository());
    if (found.isEmpty()) {
      return;
    }
    try {
      addCached(source, found.get());
    } catch (SanaException e) {
      return; // a damaged folder; the next source may be complete
    }
  }

  private void addCached(PublishedParts source, Path snapshot) {
    boolean pipeline = Files.isRegularFile(snapshot.resolve(INDEX));
    for (Part part : source.parts()) {
      boolean complete =
          pipeline
              ? ModelFolder.open(snapshot).isComplete(part)
              : BaseFolder.isFlat(snapshot, part);
      if (!folders.containsKey(part) && complete) {
        folders.put(part, pipeline ? snapshot.resolve(part.folder()) : snapshot);
        sources.add(source.repository().repository());
        if (pipeline) {
          useConfigsOf(snapshot);
        }
      }
    }
  }

  /** Uses the index and the sizes of the transformer of the first model folder. */
  private void useConfigsOf(Path model) {
    if (index == null) {
      index = model;
    }
  }

  private void addMissing(List<PublishedParts> table) {
    @Nullable HubException refusal = null;
    for (PublishedParts source : table) {
      Set<Part> wanted = EnumSet.copyOf(source.parts());
      wanted.retainAll(missing());
      if (!wanted.isEmpty()) {
        try {
          addRemote(source.repository(), wanted);
        } catch (HubException e) {
          if (!Set.of(Reason.NOT_FOUND, Reason.GATED, Reason.TOKEN, Reason.UNSUITABLE)
              .contains(e.reason())) {
            throw e;
          }
          refusal = refusal == null ? e : refusal;
        }
      }
    }
    if (!missing().isEmpty()) {
      throw refusal == null
          ? new HubException(Reason.NOT_FOUND, "no published repository contains " + missing())
          : refusal;
    }
  }

  private void addRemote(HubId id, Set<Part> wanted) {
    HubRepository repository = hub.repository(id);
    Set<String> paths = downloads.computeIfAbsent(repository, key -> new LinkedHashSet<>());
    for (Part part : wanted) {
      List<String> files = repository.files(part);
      if (!files.isEmpty()) {
        boolean pipeline = repository.isPipeline();
        paths.addAll(files);
        folders.put(
            part, pipeline ? repository.folder().resolve(part.folder()) : repository.folder());
        sources.add(id.repository());
        if (pipeline) {
          Stream.of(INDEX, TRANSFORMER_CONFIG)
              .filter(repository.paths()::contains)
              .forEach(paths::add);
          useConfigsOf(repository.folder());
        }
      }
    }
  }

  /** Returns the repositories that provide the parts. */
  Set<String> sources() {
    return sources;
  }

  /** Returns the number of bytes to download. */
  long missingBytes() {
    return downloads.entrySet().stream()
        .mapToLong(each -> each.getKey().missingBytes(each.getValue()))
        .sum();
  }

  /** Returns the size of all parts, in the cache or to download. */
  long bytes() {
    long cached = 0;
    for (Path folder : Set.copyOf(folders.values())) {
      try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
        cached += files.mapToLong(file -> file.toFile().length()).sum();
      } catch (IOException e) {
        throw new FileException(folder + " cannot be read: " + IoReason.of(e), e);
      }
    }
    return cached + missingBytes();
  }

  /**
   * Downloads what is missing.
   *
   * @param listener is notified of the progress, and of licences on the first download
   */
  void pull(HubListener listener) {
    List<Map.Entry<HubRepository, Set<String>>> all = new ArrayList<>(downloads.entrySet());
    for (Map.Entry<HubRepository, Set<String>> each : all) {
      if (!each.getValue().isEmpty()) {
        each.getKey().pull(each.getValue(), listener);
      }
    }
  }

  /** Returns the folder of a part; complete after {@link #pull}. */
  Path folder(Part part) {
    return Objects.requireNonNull(folders.get(part));
  }

  /** Returns the model folder whose index and configs apply; null if no source has one. */
  @Nullable Path index() {
    return index;
  }

  @Override
  public void close() {
    downloads.keySet().forEach(HubRepository::close);
  }
}
