package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.hub.HubHttp.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Downloads one blob: resumes an interrupted download, and deletes a file with a wrong hash. */
final class BlobDownload {
  private static final int BUFFER = 1 << 17;
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

  private final HubHttp http;
  private final Retries retries;
  private final HubRefusals refusals;
  private final URI address;
  private final HubFile file;
  private final Transfer transfer;
  private long received;

  /**
   * Creates a download.
   *
   * @param http the connection
   * @param retries when to retry
   * @param id the model, for messages
   * @param address of the file
   * @param file the expected file
   * @param transfer is notified of every byte
   */
  BlobDownload(
      HubHttp http, Retries retries, HubId id, URI address, HubFile file, Transfer transfer) {
    this.http = http;
    this.retries = retries;
    this.refusals = new HubRefusals(http, id);
    this.address = address;
    this.file = file;
    this.transfer = transfer;
  }

  /**
   * Downloads the missing bytes of a partial file and renames it to the blob.
   *
   * @throws HubException if the download fails
   */
  void run(Path partPath, Path blob) {
    try (PartFile part = PartFile.open(partPath, file)) {
      boolean isOld = part.size() > 0;
      transfer.add(file, part.size());
      complete(part);
      boolean matches = part.matches();
      if (!matches && isOld) { // an earlier run may have left a damaged file
        restart(part);
        complete(part);
        matches = part.matches();
      }
      if (!matches) {
        transfer.add(file, -part.size());
        part.drop();
        throw new HubException(
            Reason.DAMAGED,
            file.path() + " has another hash than the hub announced; it was deleted, try again");
      }
      part.moveTo(blob);
    }
  }

  private void complete(PartFile part) {
    if (part.size() < file.size()) {
      retries.run(http.settings().endpoint().getHost(), () -> received, () -> attempt(part));
    }
  }

  /** Downloads the rest once. Returns true, since failures are exceptions. */
  private boolean attempt(PartFile part) throws IOException, InterruptedException {
    long from = part.size();
    Map<String, String> range = from == 0 ? Map.of() : Map.of("Range", "bytes=" + from + "-");
    try (Answer answer = http.get(address, range, http.settings().downloadTimeout())) {
      switch (answer.status()) {
        case 200 -> {
          restart(part);
          requireSize(answer.headers().firstValueAsLong("Content-Length").orElse(file.size()));
        }
        case 206 -> requireRange(answer, from);
        case 416 -> {
          restart(part);
          throw new IOException("the server refused the rest of " + file.path());
        }
        default -> throw refusals.of(answer, file.path());
      }
      copy(answer, part);
    }
    return true;
  }

  private void restart(PartFile part) {
    transfer.add(file, -part.size());
    part.restart();
  }

  private void requireRange(Answer answer, long from) throws IOException {
    Matcher range = RANGE.matcher(answer.header("Content-Range"));
    if (!range.matches() || Long.parseLong(range.group(1)) != from) {
      throw new IOException("the server sent another range of " + file.path() + " than requested");
    }
    requireSize(range.group(2).equals("*") ? file.size() : Long.parseLong(range.group(2)));
  }

  private void requireSize(long size) {
    if (size != file.size()) {
      throw new HubException(
          Reason.DAMAGED,
          "%s has %d bytes, but the hub announced %d".formatted(file.path(), size, file.size()));
    }
  }

  private void copy(Answer answer, PartFile part) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = read(answer, buffer, part); count >= 0; count = read(answer, buffer, part)) {
      if (part.size() + count > file.size()) {
        requireSize(part.size() + count);
      }
      part.write(buffer, count);
      received += count;
      transfer.add(file, count);
    }
    if (part.size() < file.size()) {
      throw cut(part, null);
    }
  }

  private int read(Answer answer, byte[] buffer, PartFile part) throws IOException {
    try {
      return answer.body().read(buffer);
    } catch (HttpTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw cut(part, e);
    }
  }

  private IOException cut(PartFile part, @Nullable IOException cause) {
    return new IOException(
        "the connection was closed after %d of %d bytes of %s"
            .formatted(part.size(), file.size(), file.path()),
        cause);
  }

  /** Returns how many bytes of a blob earlier runs have downloaded. */
  static long sizeOf(Path part) {
    try {
      return Files.isRegularFile(part) ? Files.size(part) : 0;
    } catch (IOException e) {
      throw HubCache.failure(part, "cannot be read", e);
    }
  }
}
