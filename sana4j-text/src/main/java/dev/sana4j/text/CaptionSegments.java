package dev.sana4j.text;

import java.lang.Character.UnicodeScript;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Splits captions into segments that tokens must not cross, and counts each segment. A segment is a
 * run of letters, of Chinese or Japanese characters, or of signs, or a single digit, including the
 * space before it.
 */
final class CaptionSegments {
  /** The character that represents a space in a vocabulary. */
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

  /** Adds a caption. The caller converts it to lower case, as for prompts. */
  void add(String caption) {
    caption.toLowerCase(Locale.ROOT).codePoints().forEach(this::add);
    end();
  }

  /** Returns the number of occurrences of each segment. */
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

  /** Bounds the memory by dropping the rarest segments so far, with a rising threshold. */
  private void forgetRare() {
    while (counts.size() > MAX_DISTINCT / 2) {
      int least = rare;
      counts.values().removeIf(count -> count <= least);
      rare *= 2;
    }
    rare = Math.max(1, rare / 2);
  }
}
