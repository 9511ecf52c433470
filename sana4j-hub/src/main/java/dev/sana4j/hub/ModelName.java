package dev.sana4j.hub;

import dev.sana4j.hub.HubException.Reason;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on a hub, or a file or folder in its repository. Users can write it in several ways:
 *
 * <ul>
 *   <li>{@code ORG/NAME[@REVISION]}, with {@code /PATH} for a weight file in the repository
 *   <li>{@code hf://ORG/NAME[@REVISION][/PATH]}
 *   <li>an address of the hub's site, such as {@code
 *       https://huggingface.co/ORG/NAME/blob/main/PATH}
 *   <li>the name of a published SANA model without its organization
 * </ul>
 *
 * @param id the repository and its revision
 * @param path a file or folder in the repository; empty for the whole repository
 */
public record ModelName(HubId id, String path) {
  private static final int LONGEST = 2048;
  private static final String SCHEME = "hf://";

  /** Paths of a file system have lost one of two slashes. */
  private static final Pattern ANY_SCHEME = Pattern.compile("(?i)hf:/{1,2}");

  private static final Set<String> SITES =
      Set.of("huggingface.co", "www.huggingface.co", "hf.co", "hf-mirror.com");

  /** The words before a revision in an address of the site. */
  private static final Set<String> VIEWS = Set.of("tree", "blob", "resolve", "raw", "commit");

  private static final Pattern REVISION_OF_TWO = Pattern.compile("refs/(pr|convert|heads|tags)");

  /**
   * Checks the path.
   *
   * @throws HubException if the path may lead outside the repository
   */
  public ModelName {
    if (!path.isEmpty() && !HubFile.isPath(path)) {
      throw new HubException(
          Reason.NAME, "'" + path + "' is not a valid path in the repository " + id);
    }
  }

  /**
   * Parses a name.
   *
   * @param text any text
   * @param endpoint the address of the hub, whose site is understood too
   * @return the name, or empty if the text is not a name of a model on a hub
   */
  public static Optional<ModelName> of(String text, URI endpoint) {
    return parsed(text.strip(), endpoint).map(ModelName::withPublishedCapitals);
  }

  /** The hub ignores case; a fixed spelling avoids a second download to another folder. */
  private ModelName withPublishedCapitals() {
    return KnownModel.find(id.repository())
        .map(known -> new ModelName(new HubId(known.id(), id.revision()), path))
        .orElse(this);
  }

  private static Optional<ModelName> parsed(String name, URI endpoint) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      Matcher scheme = ANY_SCHEME.matcher(name);
      if (scheme.lookingAt()) {
        return Optional.of(ofSegments(segments(name.substring(scheme.end()))));
      }
      Optional<String> path = pathOfSite(name, endpoint);
      if (path.isPresent()) {
        return Optional.of(ofAddress(segments(path.get())));
      }
      return plain(name);
    } catch (HubException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<ModelName> plain(String name) {
    List<String> segments = segments(name);
    if (segments.size() == 1 && !name.contains("/")) {
      return published(segments.get(0));
    }
    if (name.startsWith("/") || name.startsWith(".")) {
      return Optional.empty(); // the path of a folder
    }
    return isWeightFile(name)
        ? Optional.of(ofSegments(segments)).filter(parsed -> !parsed.path().isEmpty())
        : HubId.of(name.replaceFirst("/$", "")).map(id -> new ModelName(id, ""));
  }

  private static boolean isWeightFile(String name) {
    return name.matches("(?i).*\\.(pth|pt|ckpt|bin|safetensors)");
  }

  /** Returns a published model that is named without its organization. */
  private static Optional<ModelName> published(String name) {
    int at = name.indexOf('@');
    String model = at < 0 ? name : name.substring(0, at);
    String revision = at < 0 ? HubId.MAIN : name.substring(at + 1);
    return KnownModel.named(model).map(known -> new ModelName(new HubId(known.id(), revision), ""));
  }

  /** Returns the path of an address if it is on the site of a hub. */
  private static Optional<String> pathOfSite(String text, URI endpoint) {
    String address = text.replaceFirst("[?#].*$", "");
    String rest = address.replaceFirst("(?i)^https?:/{1,2}", "");
    boolean hasScheme = rest.length() < address.length();
    int slash = rest.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String host = rest.substring(0, slash).toLowerCase(Locale.ROOT);
    boolean isHub = hasScheme && host.equalsIgnoreCase(endpoint.getRawAuthority());
    if (!isHub && !SITES.contains(host)) {
      return Optional.empty();
    }
    String path = rest.substring(slash);
    String base = isHub && endpoint.getRawPath() != null ? endpoint.getRawPath() : "";
    return Optional.of(path.startsWith(base) ? path.substring(base.length()) : path);
  }

  private static ModelName ofAddress(List<String> encoded) {
    List<String> segments = new ArrayList<>(encoded.stream().map(ModelName::decoded).toList());
    if (segments.size() > 2 && segments.get(0).equals("api")) {
      segments.remove(0);
    }
    if (segments.size() > 2 && segments.get(0).equals("models")) {
      segments.remove(0);
    }
    if (segments.size() < 3) {
      return ofSegments(segments);
    }
    if (!VIEWS.contains(segments.get(2)) || segments.size() < 4) {
      return ofSegments(segments.subList(0, 2)); // such as its discussions or settings
    }
    return at(repository(segments), segments.subList(3, segments.size()));
  }

  private static String decoded(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Parses ORG, NAME[@REVISION] and the segments of a path. */
  private static ModelName ofSegments(List<String> segments) {
    if (segments.size() < 2) {
      throw new HubException(Reason.NAME, "not a name of a model");
    }
    String name = segments.get(1);
    int at = name.indexOf('@');
    if (at < 0) {
      return new ModelName(
          new HubId(repository(segments), HubId.MAIN),
          joined(segments.subList(2, segments.size())));
    }
    List<String> rest = new ArrayList<>(List.of(name.substring(at + 1)));
    rest.addAll(segments.subList(2, segments.size()));
    return at(segments.get(0) + "/" + name.substring(0, at), rest);
  }

  private static String repository(List<String> segments) {
    return segments.get(0) + "/" + segments.get(1);
  }

  /** Returns a name at a revision, which has several segments only in {@code refs/pr/1}. */
  private static ModelName at(String repository, List<String> segments) {
    boolean isRef =
        segments.size() >= 3
            && REVISION_OF_TWO.matcher(segments.get(0) + "/" + segments.get(1)).matches();
    int length = isRef ? 3 : 1;
    String revision = decoded(joined(segments.subList(0, length)));
    return new ModelName(
        new HubId(repository, revision), joined(segments.subList(length, segments.size())));
  }

  private static String joined(List<String> segments) {
    return String.join("/", segments);
  }

  private static List<String> segments(String path) {
    return Arrays.stream(path.split("/", -1)).filter(segment -> !segment.isEmpty()).toList();
  }

  /**
   * Returns the same name at a commit, which always refers to the same content.
   *
   * @param commit 40 hexadecimal digits
   * @return the name at the commit
   */
  public ModelName at(String commit) {
    return new ModelName(id.at(commit), path);
  }

  /**
   * Returns the name of the file or folder without its parents.
   *
   * @return the last part of the path, or of the repository if the path is empty
   */
  public String lastName() {
    String whole = path.isEmpty() ? id.repository() : path;
    return whole.substring(whole.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return path.isEmpty() ? id.toString() : SCHEME + id + "/" + path;
  }
}
