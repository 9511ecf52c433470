package dev.sana4j.server.http;

import dev.sana4j.server.jobs.ImageGenerator;
import dev.sana4j.server.jobs.ImageGenerators;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelAliases;
import dev.sana4j.server.jobs.ModelCard;
import java.util.List;
import java.util.stream.Collectors;

/** The models of a server as clients name them, with the defaults of their requests. */
public final class ServedModels {
  /** The longest name of a model that a client may send. */
  public static final int LONGEST_NAME = 300;

  private static final int SHOWN = 20;

  private final ImageGenerators generators;
  private final Limits limits;
  private final ModelAliases aliases;
  private final RequestBodyReader body;

  /**
   * Creates the models.
   *
   * @param generators of all models
   * @param limits limits of one request
   * @param aliases other names of models
   */
  public ServedModels(ImageGenerators generators, Limits limits, ModelAliases aliases) {
    this.generators = generators;
    this.limits = limits;
    this.aliases = aliases;
    this.body = new RequestBodyReader(limits.bodyBytes());
  }

  /**
   * Returns the default model.
   *
   * @return the defaults of its requests
   */
  public RequestDefaults standard() {
    return defaults(generators.standard().card());
  }

  /**
   * Returns all models.
   *
   * @return the default model first
   */
  public List<RequestDefaults> all() {
    return generators.all().stream().map(ImageGenerator::card).map(this::defaults).toList();
  }

  /**
   * Finds the model that a client names.
   *
   * @param field that contains the name
   * @param name id of a model, an alias, or empty for the default model
   * @return the defaults of its requests
   * @throws RequestProblem if there is no such model
   */
  public RequestDefaults named(String field, String name) {
    String id = generators.find(name).isPresent() ? name : aliases.model(name).orElse(name);
    if (id.isEmpty()) {
      return standard();
    }
    return generators
        .find(id)
        .map(generator -> defaults(generator.card()))
        .orElseThrow(() -> unknown(field, name));
  }

  private RequestProblem unknown(String field, String name) {
    List<ImageGenerator> all = generators.all();
    String known =
        all.stream()
            .limit(SHOWN)
            .map(generator -> generator.card().id())
            .collect(Collectors.joining(", "));
    String more = all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "";
    return RequestProblem.noModel(
        field,
        "unknown model %s; this server has %s%s"
            .formatted(RequestFields.shortened(name), known, more));
  }

  private RequestDefaults defaults(ModelCard card) {
    return new RequestDefaults(card, limits, body);
  }

  /**
   * Returns the aliases that are accepted as names.
   *
   * @return other names of models
   */
  public ModelAliases aliases() {
    return aliases;
  }
}
