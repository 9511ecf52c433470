package dev.sana4j.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.server.http.RequestProblem.Kind;
import io.javalin.http.Context;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** Reads the body of a request, all of it, within a bound, and never to a file. */
public final class Body {
  private static final int MOST_PARTS = 64;

  private final int mostBytes;

  /**
   * With a bound.
   *
   * @param mostBytes of a body
   */
  public Body(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * A form with files.
   *
   * @param fields texts by their names
   * @param files bytes by their names, in their order
   */
  public record Form(Fields fields, Map<String, List<Upload>> files) {

    /**
     * The files of a name.
     *
     * @param names those it may have
     * @return in their order
     */
    public List<Upload> files(String... names) {
      List<Upload> found = new ArrayList<>();
      for (String name : names) {
        found.addAll(files.getOrDefault(name, List.of()));
      }
      return found;
    }
  }

  /** A file of a form. */
  public static final class Upload {
    private final byte[] bytes;

    Upload(byte[] bytes) {
      this.bytes = bytes;
    }

    /**
     * Its bytes, whatever its type is said to be.
     *
     * @return not to be written to
     */
    public byte[] bytes() {
      return bytes;
    }
  }

  /**
   * Reads a JSON object.
   *
   * @param context of the request
   * @return its fields
   * @throws RequestProblem if there is none, or it is too large
   */
  public Fields json(Context context) {
    return Fields.of(Json.parse(bytes(context)));
  }

  /**
   * Reads a JSON object where an empty body counts as an empty one.
   *
   * @param context of the request
   * @return its fields
   * @throws RequestProblem if there is something else, or it is too large
   */
  public Fields jsonOrNothing(Context context) {
    byte[] body = bytes(context);
    return Fields.of(body.length == 0 ? Json.object() : Json.parse(body));
  }

  private byte[] bytes(Context context) {
    requireSmall(context, context.req().getContentLengthLong());
    try (InputStream in = context.req().getInputStream()) {
      byte[] body = in.readNBytes(mostBytes + 1);
      requireSmall(context, body.length);
      return body;
    } catch (IOException e) {
      throw new RequestProblem(Kind.INVALID, "the body is not complete");
    }
  }

  private void requireSmall(Context context, long length) {
    if (length > mostBytes) {
      context.header("Connection", "close"); // what was not read is in its way
      throw new RequestProblem(
          Kind.TOO_LARGE, "the body is larger than the limit of " + mostBytes + " bytes");
    }
  }

  /**
   * Whether a form with files was sent.
   *
   * @param context of the request
   * @return by its content type
   */
  public static boolean isForm(Context context) {
    String type = context.contentType();
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  /**
   * Reads a form with files.
   *
   * @param context of the request
   * @return texts and files
   * @throws RequestProblem if it is none, or too large
   */
  public Form form(Context context) {
    requireSmall(context, context.req().getContentLengthLong());
    context
        .req()
        .setAttribute(
            ServletContextRequest.MULTIPART_CONFIG_ELEMENT,
            new MultipartConfigElement("", mostBytes, mostBytes, mostBytes)); // none to a file
    ObjectNode fields = Json.object();
    Map<String, List<Upload>> files = new LinkedHashMap<>();
    try {
      var parts = context.req().getParts();
      if (parts.size() > MOST_PARTS) {
        throw new RequestProblem(Kind.INVALID, "the form has more than " + MOST_PARTS + " parts");
      }
      for (Part part : parts) {
        add(part, fields, files);
      }
    } catch (IOException | ServletException | IllegalStateException e) {
      context.header("Connection", "close");
      throw unreadable(e);
    }
    return new Form(Fields.ofForm(fields), files);
  }

  private static void add(Part part, ObjectNode fields, Map<String, List<Upload>> files)
      throws IOException {
    try (InputStream in = part.getInputStream()) {
      byte[] bytes = in.readAllBytes();
      String name = String.valueOf(part.getName());
      if (part.getSubmittedFileName() == null) {
        fields.put(name, new String(bytes, StandardCharsets.UTF_8));
      } else {
        files.computeIfAbsent(name, key -> new ArrayList<>()).add(new Upload(bytes));
      }
    }
  }

  private RequestProblem unreadable(Exception error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("max length exceeded") || message.contains("too large")) {
        return new RequestProblem(
            Kind.TOO_LARGE, "the body is larger than the limit of " + mostBytes + " bytes");
      }
    }
    return new RequestProblem(Kind.INVALID, "the body is no complete form (multipart/form-data)");
  }
}
