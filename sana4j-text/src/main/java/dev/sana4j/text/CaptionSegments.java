package dev.sana4j.text;

import java.lang.Character.UnicodeScript;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The pieces of captions that tokens may not reach beyond, with how often each occurs: a run of
 * letters, of Chinese or Japanese characters, of signs, or a single digit, with the space before
 * it.
 */
final class CaptionSegments {
  /** The space as it stands in a vocabulary. */
  static final int SPACE = 0x2581;

  private static final int MAX_LENGTH = 24;
  private static final int MAX_DISTINCT = 1 << 19;
  private static final Set<UnicodeScript> UNSPACED =
      Set.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA);

  private final Map<String, Integer> counts = new HashMap<>();
  private final StringBuilder segment = new StringBuilder();
  private Kind kind = Kind.NONE;
  private int length;
  private int rare = 1;

  private enum Kind {
    NONE,
    SPACE,
    WORD,
    UNSPACED,
    DIGIT,
    SIGN
  }

  /** Adds a caption, in lower case as prompts are. */
  void add(String caption) {
    caption.toLowerCase(Locale.ROOT).codePoints().forEach(this::add);
    end();
  }

  /** Returns the segments and how often each occurred. */
  Map<String, Integer> counts() {
    return counts;
  }

  private void add(int point) {
    Kind next = kindOf(point);
    boolean joins =
        length < MAX_LENGTH
            && (next == kind || kind == Kind.SPACE)
            && next != Kind.SPACE
            && kind != Kind.DIGIT;
    if (!joins) {
      end();
    }
    segment.appendCodePoint(point == ' ' ? SPACE : point);
    length++;
    kind = next;
  }

  private void end() {
    if (length > 0) {
      counts.merge(segment.toString(), 1, (a, b) -> a == Integer.MAX_VALUE ? a : a + b);
    }
    if (counts.size() > MAX_DISTINCT) {
      forgetRare();
    }
    segment.setLength(0);
    length = 0;
    kind = Kind.NONE;
  }

  private Kind kindOf(int point) {
    if (point == ' ' || point == SPACE) {
      return Kind.SPACE;
    }
    int type = Character.getType(point);
    boolean attached =
        type == Character.NON_SPACING_MARK
            || type == Character.COMBINING_SPACING_MARK
            || type == Character.FORMAT;
    if (attached && kind != Kind.NONE && kind != Kind.SPACE) {
      return kind;
    }
    if (Character.isDigit(point)) {
      return Kind.DIGIT;
    }
    if (!Character.isLetter(point)) {
      return Kind.SIGN;
    }
    return UNSPACED.contains(UnicodeScript.of(point)) ? Kind.UNSPACED : Kind.WORD;
  }

  /** Bounds the memory: what came least often so far goes, more of it each time. */
  private void forgetRare() {
    while (counts.size() > MAX_DISTINCT / 2) {
      int least = rare;
      counts.values().removeIf(count -> count <= least);
      rare *= 2;
    }
    rare = Math.max(1, rare / 2);
  }
}
