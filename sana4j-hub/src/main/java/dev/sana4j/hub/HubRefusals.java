package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.hub.HubHttp.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts error answers for one model to exceptions that say what to do.
 *
 * @param http the connection
 * @param id the requested model
 */
record HubRefusals(HubHttp http, HubId id) {
  private static final Pattern EXHAUSTED = Pattern.compile("[^,]*;\\s*r\\s*=\\s*0\\b[^,]*");
  private static final Pattern RESET = Pattern.compile("(?:^|[;,\\s])t\\s*=\\s*(\\d{1,9})\\b");

  private static final int TOO_MANY = 429;
  private static final Set<Integer> BUSY = Set.of(408, 429, 500, 502, 503, 504);

  /**
   * Returns the exception for an answer.
   *
   * @param answer an error
   * @param what the requested item, for example the path of a file
   * @return the exception to throw; a {@link BusyException} if a retry may help
   */
  RuntimeException of(Answer answer, String what) {
    int status = answer.status();
    String said = http.harmless(answer.header("X-Error-Message"));
    boolean expired = status == 403 && !http.isHub(answer.uri()); // signed addresses expire
    if (BUSY.contains(status) || expired) {
      return new BusyException(
          answer.uri().getHost() + " answers " + status + quoted(said), pause(answer));
    }
    String code = answer.header("X-Error-Code");
    return switch (code) {
      case "GatedRepo" -> gated();
      case "RepoNotFound" -> unknown();
      case "RevisionNotFound" ->
          new HubException(
              Reason.NOT_FOUND,
              id.repository()
                  + " has no revision "
                  + id.revision()
                  + at()
                  + "; see the page of the model");
      case "EntryNotFound" ->
          new HubException(Reason.NOT_FOUND, id + " has no file " + what + at());
      default -> byStatus(status, said);
    };
  }

  private HubException byStatus(int status, String said) {
    boolean badToken = http.hasToken() && said.toLowerCase(Locale.ROOT).contains("token");
    return switch (status) {
      case 401 -> badToken || said.contains("credentials") ? refusedToken() : unknown();
      case 403 -> forbidden(said);
      case 404 -> unknown();
      default ->
          new HubException(
              Reason.UNREACHABLE, host() + " answers " + status + quoted(said) + " for " + id);
    };
  }

  private HubException gated() {
    String then =
        http.hasToken() ? "with the account of your token" : "and set HF_TOKEN to your token";
    return new HubException(
        Reason.GATED,
        id.repository() + " is gated: accept its terms on its page" + at() + " " + then);
  }

  private HubException unknown() {
    String then =
        http.hasToken()
            ? "if it is private, your token has no access to it"
            : "if it is private, set HF_TOKEN";
    return new HubException(
        Reason.NOT_FOUND, "there is no model " + id.repository() + at() + "; " + then);
  }

  private HubException refusedToken() {
    return new HubException(
        Reason.TOKEN, host() + " rejects your token; create a new one and set HF_TOKEN");
  }

  private HubException forbidden(String said) {
    return new HubException(
        Reason.TOKEN,
        "access is denied to "
            + id.repository()
            + at()
            + quoted(said)
            + "; see the page of the model, or set HF_TOKEN to another token");
  }

  private String host() {
    return http.settings().endpoint().getHost();
  }

  private String at() {
    return " at " + host();
  }

  private static String quoted(String said) {
    return said.isBlank() ? "" : " (" + said + ")";
  }

  /** Returns the pause that the server asks for; without Retry-After, that of a rate limit. */
  private static @Nullable Duration pause(Answer answer) {
    boolean limited = answer.status() == TOO_MANY && answer.header("Retry-After").isBlank();
    return limited ? reset(answer) : wish(answer);
  }

  /** Parses Retry-After: seconds, or a date. */
  private static @Nullable Duration wish(Answer answer) {
    String text = answer.header("Retry-After").strip();
    if (text.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /**
   * Parses the seconds until the limit is reset: {@code RateLimit: "api";r=0;t=55}
   * (draft-ietf-httpapi-ratelimit-headers), or {@code RateLimit-Reset: 55} of its earlier versions.
   */
  private static @Nullable Duration reset(Answer answer) {
    Matcher exhausted = EXHAUSTED.matcher(answer.header("RateLimit"));
    Matcher limit =
        RESET.matcher(exhausted.find() ? exhausted.group() : answer.header("RateLimit"));
    String seconds = limit.find() ? limit.group(1) : answer.header("RateLimit-Reset").strip();
    return seconds.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
  }
}
