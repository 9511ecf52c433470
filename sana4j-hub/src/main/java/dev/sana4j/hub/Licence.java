package dev.sana4j.hub;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The licence of a model.
 *
 * @param name as on its card; empty if missing
 */
record Licence(String name) {
  private static final Pattern NOT_COMMERCIAL =
      Pattern.compile("(^|.*[-_ ])nc([-_ ].*|$)|.*non-?commercial.*|.*nscl.*|.*research.*");

  /** Returns the licence of the published SANA models, or the one on the hub for other models. */
  static Licence of(HubId id, HubApi.Revision revision) {
    boolean known =
        KnownModel.find(id.repository()).isPresent()
            || KnownModel.twin(id.repository()).isPresent();
    return new Licence(known ? KnownModel.LICENCE : revision.licence());
  }

  boolean forbidsCommercialUse() {
    return NOT_COMMERCIAL.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  /** Returns one line to show before the first download of a model. */
  String notice(HubId id) {
    if (name.isBlank()) {
      return "the card of "
          + id.repository()
          + " names no licence; read the card before you use the model";
    }
    String use = forbidsCommercialUse() ? ", which does NOT allow commercial use" : "";
    String text =
        name.equals(KnownModel.LICENCE)
            ? "; its text encoder is under the Gemma terms, https://ai.google.dev/gemma/terms"
            : "";
    return "licence of " + id.repository() + ": " + name + use + text;
  }
}
