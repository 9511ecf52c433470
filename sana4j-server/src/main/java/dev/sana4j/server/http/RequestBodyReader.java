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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/**
 * Reads whole request bodies up to a size limit, never to a file. Large bodies that are read at the
 * same time share a part of the heap; if it is used up, the client is asked to retry.
 */
public final class RequestBodyReader {
  private static final int MOST_PARTS = 64;
  private static final int SMALL_KIB = 64;
  private static final int DRAINED_AT_ONCE = 16 << 10;

  /** Copies of a body: as text, decoded, and as pixels. */
  private static final int COPIES = 4;

  private static final int SHARE_OF_HEAP = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int ALL_KIB =
      (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / 1024);

  private final Semaphore kibibytes = new Semaphore(ALL_KIB, true);
  private final int mostBytes;

  /**
   * Creates a reader; all APIs of a server share one.
   *
   * @param mostBytes largest size of a body
   */
  public RequestBodyReader(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  private <T> T within(Context context, Supplier<T> reading) {
    long length = context.req().getContentLengthLong();
    requireSmall(context, length);
    int kib = (int) ((length < 0 ? mostBytes : length) / 1024);
    if (kib <= SMALL_KIB) {
      return reading.get();
    }
    int needed = (int) Math.min((long) COPIES * kib, ALL_KIB);
    acquire(context, needed);
    try {
      return reading.get();
    } finally {
      kibibytes.release(needed);
    }
  }

  private void acquire(Context context, int kib) {
    try {
      if (!kibibytes.tryAcquire(kib, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        context.header("Connection", "close");
        throw RequestProblem.passing(
            Kind.BUSY, "the server is reading too many large requests; try again later", PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequestProblem(Kind.INTERNAL, "the server was interrupted");
    }
  }

  /**
   * A form with files.
   *
   * @param fields texts by their names
   * @param files files by their names, in the order they were sent
   */
  public record Form(RequestFields fields, Map<String, List<Upload>> files) {

    /**
     * Returns the files of a field.
     *
     * @param names the names that the field may have
     * @return in the order they were sent
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
     * Returns the bytes; the declared type is ignored.
     *
     * @return must not be modified
     */
    public byte[] bytes() {
      return bytes;
    }
  }

  /**
   * Reads a JSON object.
   *
   * @param context of the request
   * @param use converts the fields
   * @param <T> type of the result
   * @return the result of {@code use}
   * @throws RequestProblem if the body is not a JSON object, or too large
   */
  public <T> T json(Context context, Function<RequestFields, T> use) {
    return within(context, () -> use.apply(RequestFields.of(Json.parse(bytes(context)))));
  }

  /**
   * Reads a JSON object; an empty body counts as an empty object.
   *
   * @param context of the request
   * @param use converts the fields
   * @param <T> type of the result
   * @return the result of {@code use}
   * @throws RequestProblem if the body is something else, or too large
   */
  public <T> T jsonOrNothing(Context context, Function<RequestFields, T> use) {
    return within(
        context,
        () -> {
          byte[] body = bytes(context);
          return use.apply(RequestFields.of(body.length == 0 ? Json.object() : Json.parse(body)));
        });
  }

  private byte[] bytes(Context context) {
    try (InputStream in = context.req().getInputStream()) {
      byte[] body = in.readNBytes(mostBytes + 1);
      requireSmall(context, body.length);
      return body;
    } catch (IOException e) {
      throw unreadable(context, e, "the body is incomplete");
    }
  }

  private void requireSmall(Context context, long length) {
    if (length > mostBytes) {
      drain(context);
      context.header("Connection", "close"); // unread data remains on the connection
      throw tooLarge();
    }
  }

  /**
   * Reads and discards more of the body, because a client that is cut off while sending does not
   * read the answer.
   */
  private void drain(Context context) {
    byte[] buffer = new byte[DRAINED_AT_ONCE];
    try (InputStream in = context.req().getInputStream()) {
      int read = 0;
      for (long left = 2L * mostBytes; left > 0 && read >= 0; left -= read) {
        read = in.read(buffer);
      }
    } catch (IOException e) {
      // The client is gone or too slow; the answer is the same.
    }
  }

  /**
   * Returns whether the content type is a form with files.
   *
   * @param context of the request
   * @return true for multipart/form-data
   */
  public static boolean isForm(Context context) {
    String type = context.contentType();
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  /**
   * Reads a form with files.
   *
   * @param context of the request
   * @param use converts the form
   * @param <T> type of the result
   * @return the result of {@code use}
   * @throws RequestProblem if the body is not a form, or too large
   */
  public <T> T form(Context context, Function<Form, T> use) {
    return within(context, () -> use.apply(form(context)));
  }

  private Form form(Context context) {
    context
        .req()
        .setAttribute(
            ServletContextRequest.MULTIPART_CONFIG_ELEMENT,
            new MultipartConfigElement("", mostBytes, mostBytes, mostBytes)); // never to a file
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
      throw unreadable(context, e, "the body is not a complete form (multipart/form-data)");
    }
    return new Form(RequestFields.ofForm(fields), files);
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

  private RequestProblem unreadable(Context context, Exception error, String otherwise) {
    context.header("Connection", "close"); // unread data remains on the connection
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof TimeoutException) {
        return new RequestProblem(Kind.TOO_SLOW, "the body was sent too slowly");
      }
      if (message.contains("max length exceeded") || message.contains("too large")) {
        return tooLarge();
      }
    }
    return new RequestProblem(Kind.INVALID, otherwise);
  }

  private RequestProblem tooLarge() {
    return new RequestProblem(
        Kind.TOO_LARGE, "the body is larger than the limit of " + mostBytes + " bytes");
  }
}
