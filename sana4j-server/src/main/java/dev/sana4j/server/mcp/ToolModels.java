package dev.sana4j.server.mcp;

import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.jobs.JobService;
import java.util.List;
import java.util.function.Supplier;

/** The models that the tools use; the first is the default. */
public final class ToolModels {
  private static final String FIELD = "model";

  private final List<Entry> models;

  /**
   * A model.
   *
   * @param defaults its defaults, and the limits of a request
   * @param jobs returns its job service, and waits while the model is being loaded
   */
  public record Entry(RequestDefaults defaults, Supplier<JobService> jobs) {
    String id() {
      return defaults.card().id();
    }
  }

  /**
   * Creates the models.
   *
   * @param models one or more
   */
  public ToolModels(List<Entry> models) {
    this.models = List.copyOf(models);
  }

  List<Entry> all() {
    return models;
  }

  Entry standard() {
    return models.get(0);
  }

  List<String> names() {
    return models.stream().map(Entry::id).toList();
  }

  /** Returns the model that a request names, else the default. */
  Entry chosen(RequestFields fields) {
    String name = fields.choice(FIELD, standard().id(), names());
    return models.stream().filter(model -> model.id().equals(name)).findFirst().orElseThrow();
  }
}
