package dev.sana4j.server.http;

import dev.sana4j.server.jobs.Client;
import io.javalin.http.Context;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Additional data of a request: its id, client, job and prompt. */
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
   * Returns the context of a request; the first call creates it, with the id that the request
   * contains if it has one.
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
   * Returns the id of the request for the log and the client.
   *
   * @return letters, digits and signs
   */
  public String id() {
    return id;
  }

  /**
   * Returns the client.
   *
   * @return the client
   */
  public Client client() {
    if (client == null) {
      throw new IllegalStateException("the request is not authenticated");
    }
    return client;
  }

  /** Sets the client. */
  void client(Client value) {
    client = value;
  }

  /**
   * Returns the address of the server as the client sees it.
   *
   * @return scheme, host and port
   */
  public String server() {
    return server;
  }

  /** Sets the address of the server as the client sees it. */
  void server(String value) {
    server = value;
  }

  /**
   * Returns the name of the client for the log.
   *
   * @return a name, or null if the request is not authenticated
   */
  public @Nullable String clientName() {
    return client == null ? null : client.name();
  }

  /**
   * Sets the job of the request.
   *
   * @param value id of the job
   * @param words prompt of the job
   */
  public void job(String value, String words) {
    job = value;
    prompt = words;
  }

  /**
   * Returns the id of the job.
   *
   * @return its id, or null
   */
  public @Nullable String job() {
    return job;
  }

  /**
   * Returns the prompt of the job.
   *
   * @return a prompt, or null
   */
  public @Nullable String prompt() {
    return prompt;
  }
}
