package dev.sana4j.server.jobs;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.model.DeviceMemoryException;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.TensorException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models that share a memory budget. A model is loaded when it is used. If the budget would be
 * exceeded, the models that were not used for the longest time are unloaded first. A model that is
 * larger than the budget is loaded after all others are unloaded.
 */
public final class ModelPool implements ImageGenerators {
  private static final Logger LOG = LoggerFactory.getLogger(ModelPool.class);

  private final long budget;
  private final Search search;
  private final List<Slot> slots = new CopyOnWriteArrayList<>();
  private final ReentrantLock searching = new ReentrantLock();
  private final AtomicLong loads = new AtomicLong();
  private final AtomicLong unloads = new AtomicLong();
  private long uses;

  /** Finds new models. */
  public interface Search {
    /**
     * Returns new models.
     *
     * @param known ids of the known models
     * @param freed bytes of main memory that are free after all loaded models were unloaded, in
     *     addition to those that are free now
     * @return models with other ids
     */
    List<? extends LoadableModel> find(Set<String> known, long freed);
  }

  /**
   * Creates a pool; no model is loaded yet.
   *
   * @param models the default model first; at least one
   * @param budget maximum memory of the weights of all loaded models, in bytes
   * @param search finds new models
   */
  public ModelPool(List<? extends LoadableModel> models, long budget, Search search) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("there is no model");
    }
    this.budget = budget;
    this.search = search;
    models.forEach(model -> slots.add(new Slot(model)));
  }

  /** A model and its generator while it is loaded. */
  private final class Slot implements ImageGenerator {
    private final LoadableModel model;
    private volatile @Nullable ImageGenerator open;
    private volatile @Nullable ModelLoadException damage;
    private long lastUse;

    Slot(LoadableModel model) {
      this.model = model;
    }

    @Override
    public ModelCard card() {
      return model.card();
    }

    @Override
    public boolean isLoaded() {
      return open != null;
    }

    @Override
    public void load() {
      synchronized (ModelPool.this) {
        var unused = opened(this);
      }
    }

    @Override
    public void check(GenerationRequest request) {
      model.check(request);
    }

    @Override
    public int steps(GenerationRequest request) {
      return model.steps(request);
    }

    @Override
    public List<RgbImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
      synchronized (ModelPool.this) { // a model in use is not unloaded
        return opened(this).generate(requests, listener);
      }
    }

    @Override
    public Map<String, String> texts(GenerationRequest request) {
      return model.texts(request);
    }

    @Override
    public void close() {
      ImageGenerator generator = open;
      open = null;
      if (generator != null) {
        generator.close();
      }
    }
  }

  @Override
  public List<ImageGenerator> all() {
    return List.copyOf(slots);
  }

  private synchronized ImageGenerator opened(Slot slot) {
    slot.lastUse = ++uses;
    ImageGenerator generator = slot.open;
    if (generator == null) {
      generator = open(slot);
      slot.open = generator;
      loads.incrementAndGet();
      LOG.info("loaded {}", slot.card().id());
    }
    return generator;
  }

  /** Loads a model, unless that failed before because of its files. */
  private ImageGenerator open(Slot slot) {
    ModelLoadException known = slot.damage;
    if (known != null) {
      throw known;
    }
    makeRoom(slot.model.bytes(), budget);
    try {
      return openAnyway(slot.model);
    } catch (RuntimeException | OutOfMemoryError e) {
      var failure =
          new ModelLoadException(
              "the model " + slot.card().id() + " cannot be loaded; see the log of the server", e);
      if (!isMemory(e)) {
        slot.damage = failure;
      }
      throw failure;
    }
  }

  private ImageGenerator openAnyway(LoadableModel model) {
    try {
      return model.open();
    } catch (TensorException
        | DeviceMemoryException
        | OutOfMemoryError e) { // the device may have less than the budget
      if (loaded().findAny().isEmpty()) {
        throw e;
      }
      makeRoom(model.bytes(), 0);
      return model.open();
    }
  }

  private static boolean isMemory(Throwable error) {
    return error instanceof TensorException
        || error instanceof DeviceMemoryException
        || error instanceof OutOfMemoryError;
  }

  /** Unloads models until the loaded ones and another one fit into an amount of memory. */
  private void makeRoom(long bytes, long most) {
    while (usage().bytes() + bytes > most) {
      Optional<Slot> oldest = loaded().min(Comparator.comparingLong(slot -> slot.lastUse));
      if (oldest.isEmpty()) {
        return;
      }
      oldest.get().close();
      unloads.incrementAndGet();
      LOG.info("unloaded {}", oldest.get().card().id());
    }
  }

  private Stream<Slot> loaded() {
    return slots.stream().filter(Slot::isLoaded);
  }

  @Override
  public Usage usage() {
    List<Slot> loaded = loaded().toList();
    long bytes = loaded.stream().mapToLong(slot -> slot.model.bytes()).sum();
    return new Usage(loads.get(), unloads.get(), loaded.size(), bytes);
  }

  /** Adds new models, and allows failed ones to be tried again, one thread at a time. */
  @Override
  public void refresh() {
    if (searching.tryLock()) {
      try {
        slots.forEach(slot -> slot.damage = null);
        Set<String> known =
            slots.stream().map(slot -> slot.card().id()).collect(Collectors.toSet());
        long freed = loaded().mapToLong(slot -> slot.model.freedBytes()).sum();
        search.find(known, freed).forEach(model -> slots.add(new Slot(model)));
      } finally {
        searching.unlock();
      }
    }
  }

  @Override
  public synchronized void close() {
    loaded().forEach(Slot::close);
  }
}
