package dev.sana4j.pipeline.model;

import dev.sana4j.pipeline.model.PromptVocabulary.Unknown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Chinese words of a {@link PromptVocabulary}; text is divided by the longest known words. */
final class ChineseVocabulary {
  /** Characters that need not be known: particles, measure words, and words for an image. */
  private static final String FUNCTION_CHARACTERS =
      "的了着是有在和与及跟里中上面边旁个只条辆架头匹枚艘件把台座棵朵颗块杯根串盒罐本顶道张幅片位" + "名种些群图像照片画背景风格色彩这那左右下前后方";

  private static final String NUMBERS = "一二两三四五六七八九十几";

  private final Set<String> known = new HashSet<>();
  private final Map<String, String> near = new HashMap<>();
  private final String ignored;
  private int longest = 1;

  ChineseVocabulary(ModelGuide guide) {
    Stream.of(
            guide.objects().stream().flatMap(subject -> subject.zh().stream()),
            guide.styles().stream().map(style -> style.name().zh()),
            guide.styles().stream()
                .flatMap(style -> Stream.ofNullable(style.word()))
                .map(ModelGuide.Words::zh),
            guide.backgrounds().stream().map(ground -> ground.phrase().zh()),
            guide.backgrounds().stream().map(ground -> ground.name().zh()),
            guide.colors().stream().flatMap(color -> color.zh().stream()),
            guide.counts().stream().flatMap(count -> count.zh().stream()),
            guide.relations().stream().flatMap(relation -> relation.zh().stream()))
        .flatMap(texts -> texts)
        .forEach(this::know);
    for (ModelGuide.Subject subject : guide.objects()) {
      if (subject.near() != null) {
        for (String word : subject.near().zh()) {
          near.putIfAbsent(word, subject.zh().get(0));
          longest = Math.max(longest, word.length());
        }
      }
    }
    ignored = FUNCTION_CHARACTERS + (guide.counts().isEmpty() ? NUMBERS : "");
  }

  private void know(String text) {
    known.add(text);
    longest = Math.max(longest, text.length());
  }

  /** Returns the unknown parts of a run of Chinese characters that starts at an index. */
  List<Unknown> unknown(String run, int start) {
    List<Unknown> unknown = new ArrayList<>();
    int at = 0;
    int from = -1; // where successive unknown characters start
    while (at < run.length()) {
      int length = longest(run, at, known);
      int replaced = length == 0 ? longest(run, at, near.keySet()) : 0;
      boolean isIgnored = length == 0 && replaced == 0 && ignored.indexOf(run.charAt(at)) >= 0;
      if (length == 0 && replaced == 0 && !isIgnored) {
        from = from < 0 ? at : from;
        at++;
        continue;
      }
      add(unknown, start, from, at, null);
      from = -1;
      if (replaced > 0) {
        add(unknown, start, at, at + replaced, near.get(run.substring(at, at + replaced)));
      }
      at += Math.max(1, Math.max(length, replaced));
    }
    add(unknown, start, from, run.length(), null);
    return unknown;
  }

  private static void add(
      List<Unknown> unknown, int start, int from, int to, @Nullable String near) {
    if (from >= 0) {
      unknown.add(new Unknown(start + from, start + to, near));
    }
  }

  private int longest(String run, int at, Set<String> words) {
    for (int length = Math.min(longest, run.length() - at); length > 0; length--) {
      if (words.contains(run.substring(at, at + length))) {
        return length;
      }
    }
    return 0;
  }
}
