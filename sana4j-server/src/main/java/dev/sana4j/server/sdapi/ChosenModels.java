package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.Client;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The models that clients have chosen in their options. The choice of a client is forgotten when
 * many others have chosen after it.
 */
final class ChosenModels {
  private static final String FIELD = "sd_model_checkpoint";
  private static final int MOST_CLIENTS = 1000;

  private final ServedModels models;

  private final Map<Client, String> ids =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Client, String> eldest) {
          return size() > MOST_CLIENTS;
        }
      };

  ChosenModels(ServedModels models) {
    this.models = models;
  }

  /** Returns the name of a model in options; empty if it is missing. */
  static String name(RequestFields options) {
    return options.text(FIELD, "", ServedModels.LONGEST_NAME);
  }

  /**
   * Sets the model of a client.
   *
   * @throws dev.sana4j.server.http.RequestProblem if there is no such model
   */
  synchronized void choose(Client client, String name) {
    ids.put(client, models.named(FIELD, name).card().id());
  }

  /** Returns the model that a client has chosen, else the default model. */
  synchronized RequestDefaults of(Client client) {
    return models.named(FIELD, ids.getOrDefault(client, ""));
  }

  /**
   * Returns the model of a request: that of its field {@code override_settings}, else that of the
   * client.
   */
  RequestDefaults of(Client client, RequestFields fields) {
    JsonNode name = fields.object().path("override_settings").path(FIELD);
    return name.isTextual() && !name.textValue().isEmpty()
        ? models.named(FIELD, name.textValue())
        : of(client);
  }
}
