package dev.sana4j.server.mcp;

import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelCard;
import java.util.stream.Collectors;

/** Describes the models in words, for an assistant. */
final class ModelList {
  private ModelList() {}

  static String text(ServedModels models) {
    String standard = models.standard().card().id();
    return models.all().stream()
        .map(model -> text(model, model.card().id().equals(standard)))
        .collect(Collectors.joining("\n"));
  }

  private static String text(RequestDefaults model, boolean standard) {
    ModelCard card = model.card();
    Limits limits = model.limits();
    String sizes =
        card.sizes().values().stream().map(Object::toString).collect(Collectors.joining(", "));
    return """
    %s%s
      sizes: %s; any other of up to %d pixels in total
      steps: %d by default, at most %d
      guidance: %s by default
      negative prompts: %s
      images per call: at most %d
      candidates per image: at most %d\
    """
        .formatted(
            card.id(),
            standard ? " (the default)" : "",
            sizes,
            limits.pixels(),
            card.defaults().steps(),
            limits.steps(),
            card.defaults().guidance(),
            card.sprint() ? "ignored" : "used",
            limits.count(),
            limits.bestOf());
  }
}
