package dev.sana4j.server.http;

import dev.sana4j.server.jobs.Client;
import io.javalin.http.Context;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is known of a request besides itself. */
public final class RequestContext {
  private static final String ATTRIBUTE = RequestContext.class.getName();
  private static final Pattern FIT_FOR_A_LOG = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final String id;
  private @Nullable Client client;
  private String server = "";
  private @Nullable String job;
  private @Nullable String prompt;

  private RequestContext(String id) {
    this.id = id;
  }

  /**
   * That of a request; the first call makes it, with the id the request brings if it has one.
   *
   * @param context of the request
   * @return always the same for a request
   */
  public static RequestContext of(Context context) {
    RequestContext known = context.attribute(ATTRIBUTE);
    if (known != null) {
      return known;
    }
    String sent = context.header("X-Request-ID");
    boolean fits = sent != null && FIT_FOR_A_LOG.matcher(sent).matches();
    RequestContext requestContext = new RequestContext(fits ? sent : UUID.randomUUID().toString());
    context.attribute(ATTRIBUTE, requestContext);
    return requestContext;
  }

  /**
   * By which log and client know the request.
   *
   * @return letters, digits and signs
   */
  public String id() {
    return id;
  }

  /**
   * Who asks.
   *
   * @return the client
   */
  public Client client() {
    if (client == null) {
      throw new IllegalStateException("nobody has been let in");
    }
    return client;
  }

  /** Says who asks. */
  void client(Client value) {
    client = value;
  }

  /**
   * By which address the client reaches the server.
   *
   * @return scheme, host and port
   */
  public String server() {
    return server;
  }

  /** Says by which address the client reaches the server. */
  void server(String value) {
    server = value;
  }

  /**
   * Who asks, for the log.
   *
   * @return a name, or null if nobody was let in
   */
  public @Nullable String clientName() {
    return client == null ? null : client.name();
  }

  /**
   * Says which job the request is about.
   *
   * @param value its id
   * @param words its prompt
   */
  public void job(String value, String words) {
    job = value;
    prompt = words;
  }

  /**
   * Which job the request is about.
   *
   * @return its id, or null
   */
  public @Nullable String job() {
    return job;
  }

  /**
   * The prompt of the job.
   *
   * @return words, or null
   */
  public @Nullable String prompt() {
    return prompt;
  }
}
