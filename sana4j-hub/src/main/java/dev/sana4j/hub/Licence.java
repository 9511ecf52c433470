package dev.sana4j.hub;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What may be done with a model.
 *
 * @param name as its card has it; empty if it names none
 */
record Licence(String name) {
  private static final Pattern NOT_COMMERCIAL =
      Pattern.compile("(^|.*[-_ ])nc([-_ ].*|$)|.*non-?commercial.*|.*nscl.*|.*research.*");

  /** That of the family where the model is one of it, else what the hub says. */
  static Licence of(HubId id, HubApi.Revision revision) {
    boolean known =
        KnownModel.find(id.repository()).isPresent()
            || KnownModel.twin(id.repository()).isPresent();
    return new Licence(known ? KnownModel.LICENCE : revision.licence());
  }

  boolean forbidsCommercialUse() {
    return NOT_COMMERCIAL.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  /** One line, shown before the first download of a model. */
  String notice(HubId id) {
    if (name.isBlank()) {
      return "the card of " + id.repository() + " names no licence; read it before you use it";
    }
    String use = forbidsCommercialUse() ? ", which does NOT allow commercial use" : "";
    String text =
        name.equals(KnownModel.LICENCE)
            ? "; its text encoder is under the Gemma terms, https://ai.google.dev/gemma/terms"
            : "";
    return "licence of " + id.repository() + ": " + name + use + text;
  }
}
