package dev.sana4j.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maps the names of a network's tensors between its original checkpoint and the diffusers layout.
 */
public final class TensorNames {
  private final List<Rule> rules = new ArrayList<>();

  /**
   * An original tensor and the converted tensors it is split into, in order.
   *
   * @param original the original name
   * @param converted the names of its equal parts along the first dimension
   * @param pointwise whether the original is a 1x1 convolution and the converted tensors are
   *     matrices
   */
  public record Link(String original, List<String> converted, boolean pointwise) {}

  /**
   * Names with a {@code #} for each number and one {@code *} for {@code weight} or {@code bias}.
   */
  private record Rule(
      String original,
      Pattern ofOriginal,
      List<String> converted,
      List<Pattern> ofConverted,
      boolean pointwise) {

    static Rule of(String original, List<String> converted, boolean pointwise) {
      List<Pattern> patterns = converted.stream().map(Rule::regex).toList();
      return new Rule(original, regex(original), converted, patterns, pointwise);
    }

    @Nullable Link of(String name, Pattern pattern) {
      Matcher matcher = pattern.matcher(name);
      if (!matcher.matches()) {
        return null;
      }
      return new Link(
          filled(original, matcher),
          converted.stream().map(each -> filled(each, matcher)).toList(),
          pointwise);
    }

    private static Pattern regex(String pattern) {
      return Pattern.compile(
          ("\\Q" + pattern + "\\E")
              .replace("#", "\\E(0|[1-9]\\d{0,4})\\Q")
              .replace("*", "\\E(weight|bias)\\Q"));
    }

    private static String filled(String pattern, Matcher found) {
      String name = pattern;
      for (int group = 1; group <= found.groupCount(); group++) {
        name = name.replaceFirst("[#*]", found.group(group));
      }
      return name;
    }
  }

  /** Creates an empty map. */
  public TensorNames() {}

  /**
   * Returns the link of a tensor of an original checkpoint.
   *
   * @param name the name in the original checkpoint
   * @return the link; null if the network has no such tensor
   */
  public @Nullable Link ofOriginal(String name) {
    for (Rule rule : rules) {
      Link link = rule.of(name, rule.ofOriginal());
      if (link != null) {
        return link;
      }
    }
    return null;
  }

  /**
   * Returns the link of a tensor in the diffusers layout.
   *
   * @param name the name in the diffusers layout
   * @return the link; null if the network has no such tensor
   */
  public @Nullable Link ofConverted(String name) {
    for (Rule rule : rules) {
      for (Pattern pattern : rule.ofConverted()) {
        Link link = rule.of(name, pattern);
        if (link != null) {
          return link;
        }
      }
    }
    return null;
  }

  /**
   * Adds a rule.
   *
   * @param original the original name, with a {@code #} for each number and a {@code *} for {@code
   *     weight} or {@code bias}
   * @param converted the converted names, with the same marks
   */
  public void add(String original, String... converted) {
    rules.add(Rule.of(original, List.of(converted), false));
  }

  /**
   * Adds a rule for a 1x1 convolution whose converted tensors are matrices.
   *
   * @param original the original name, as in {@link #add}
   * @param converted the converted names
   */
  public void addPointwise(String original, String... converted) {
    rules.add(Rule.of(original, List.of(converted), true));
  }
}
