package dev.sana4j.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sana4j.files.StrictJson;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.hub.HubHttp.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Queries a hub for a model: its commit, its licence, and the files of the commit. */
final class HubApi {
  private static final int MOST_BYTES = 32 << 20;
  private static final int MOST_PAGES = 200;
  private static final int MOST_FILES = 100_000;
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");
  private static final ObjectMapper JSON = StrictJson.mapper();

  private final HubHttp http;
  private final Retries retries;
  private final HubId id;
  private final HubRefusals refusals;

  HubApi(HubHttp http, Retries retries, HubId id) {
    this.http = http;
    this.retries = retries;
    this.id = id;
    this.refusals = new HubRefusals(http, id);
  }

  /**
   * A revision of a model.
   *
   * @param commit 40 hexadecimal digits
   * @param licence as named on its card; empty if missing
   */
  record Revision(String commit, String licence) {}

  /** One answer in JSON, and the address of the next page. */
  private record Page(JsonNode content, String next) {}

  /**
   * Queries the current commit of the revision.
   *
   * @throws HubException if the revision does not exist, or the hub cannot be reached
   */
  Revision revision() {
    JsonNode model = page(address("/api/models/", "/revision/" + encoded(id.revision()))).content();
    String commit = model.path("sha").asText();
    if (!HubId.isCommit(commit)) {
      throw new HubException(Reason.DAMAGED, host() + " returned no commit for " + id);
    }
    return new Revision(commit, licence(model));
  }

  /** Returns the licence on the card, else that of the tags. */
  private static String licence(JsonNode model) {
    JsonNode card = model.path("cardData");
    for (String key : List.of("license_name", "license")) {
      String name = card.path(key).asText();
      if (!name.isBlank()) {
        return name;
      }
    }
    for (JsonNode tag : model.path("tags")) {
      if (tag.asText().startsWith("license:")) {
        return tag.asText().substring("license:".length());
      }
    }
    return "";
  }

  /**
   * Lists the files of a commit.
   *
   * @throws HubException if the list contains an unsafe path, or is too long
   */
  List<HubFile> files(String commit) {
    List<HubFile> files = new ArrayList<>();
    URI next = address("/api/models/", "/tree/" + commit + "?recursive=true");
    for (int pages = 0; pages < MOST_PAGES && files.size() <= MOST_FILES; pages++) {
      Page page = page(next);
      for (JsonNode entry : page.content()) {
        boolean file = entry.path("type").asText().equals("file");
        if (file && !HubFile.isUnportable(entry.path("path").asText())) {
          files.add(HubFile.of(entry));
        }
      }
      if (page.next().isEmpty()) {
        return files;
      }
      next = following(next, page.next());
    }
    throw new HubException(Reason.DAMAGED, host() + " lists too many files of " + id);
  }

  private URI following(URI page, String next) {
    try {
      URI uri = page.resolve(next);
      if (http.isHub(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw new HubException(Reason.DAMAGED, host() + " refers to a list of files on another host");
  }

  /** Returns the address of a file of a commit. */
  URI address(String commit, HubFile file) {
    String path =
        Arrays.stream(file.path().split("/", -1))
            .map(HubApi::encoded)
            .collect(Collectors.joining("/"));
    return address("/", "/resolve/" + commit + "/" + path);
  }

  private URI address(String before, String after) {
    return URI.create(http.settings().endpoint() + before + id.repository() + after);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Page page(URI uri) {
    return retries.run(
        host(),
        () -> 0,
        () -> {
          try (Answer answer = http.get(uri, Map.of(), http.settings().answerTimeout())) {
            if (answer.status() != 200) {
              throw refusals.of(answer, "at " + uri.getPath());
            }
            Matcher next = NEXT.matcher(answer.header("Link"));
            return new Page(json(answer), next.find() ? next.group(1) : "");
          }
        });
  }

  private JsonNode json(Answer answer) throws IOException {
    byte[] body = answer.body().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      throw new HubException(
          Reason.DAMAGED, host() + " returned an answer that is too long about " + id);
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) { // not shown: it may contain the token
      throw new HubException(
          Reason.DAMAGED,
          host() + " returned no JSON about " + id + "; check HF_ENDPOINT and the proxy");
    }
  }

  private String host() {
    return http.settings().endpoint().getHost();
  }
}
