package dev.sana4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the samples of webdataset shards: neighbouring members with the same key. */
final class ShardIndexer {
  private static final int MAX_IMAGE_BYTES = Integer.MAX_VALUE / 4;

  private final DataSetBuilder builder;
  private @Nullable Group group;

  ShardIndexer(DataSetBuilder builder) {
    this.builder = builder;
  }

  /** The relevant members of one key, the first of each kind. */
  private static final class Group {
    final String key;
    @Nullable TarMember image;
    @Nullable TarMember json;
    @Nullable TarMember text;

    /** Used as the text if there is no .txt. */
    @Nullable TarMember caption;

    /** The first member of another kind, which may be an image. */
    @Nullable TarMember other;

    Group(String key) {
      this.key = key;
    }

    void add(TarMember member, String extension) {
      if (FolderEntries.isImage(extension)) {
        image = image == null ? member : image;
      } else if (extension.equals("json") && json == null) {
        json = member;
      } else if (extension.equals("txt") && text == null) {
        text = member;
      } else if (extension.equals("caption") && caption == null) {
        caption = member;
      } else if (other == null) {
        other = member;
      }
    }

    /** Replaces missing members by those of other names. */
    void complete(Path shard) {
      text = text == null ? caption : text;
      TarMember unknown = other;
      if (image == null
          && unknown != null
          && unknown.size() <= MAX_IMAGE_BYTES
          && FolderEntries.startsLikeImage(slice(shard, unknown))) {
        image = unknown;
      }
    }
  }

  static boolean isShard(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".tar");
  }

  static List<Path> shards(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(ShardIndexer::isShard)
          .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  void run(List<Path> shards) throws IOException {
    for (Path shard : shards) {
      int container = builder.addContainer(shard);
      try (var members = new TarMembers(shard)) {
        for (TarMember member = members.next(); member != null; member = members.next()) {
          add(shard, container, member);
        }
      } catch (TarMembers.DamagedException e) {
        builder.skip(SkipReason.BROKEN_SHARD, String.valueOf(shard.getFileName()));
      }
      finish(shard, container);
    }
  }

  private void add(Path shard, int container, TarMember member) {
    String name = member.name();
    int base = name.lastIndexOf('/') + 1;
    int dot = name.indexOf('.', base);
    if (dot <= base) {
      return; // hidden, or without an extension
    }
    String key = name.substring(0, dot);
    if (group == null || !group.key.equals(key)) {
      finish(shard, container);
      group = new Group(key);
    }
    group.add(member, name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  private void finish(Path shard, int container) {
    Group done = group;
    group = null;
    if (done == null) {
      return;
    }
    done.complete(shard);
    if (done.image == null && done.json == null && done.text == null) {
      return;
    }
    String name = shard.getFileName() + "/";
    if (done.image == null) {
      builder.skip(SkipReason.NO_IMAGE, name + done.key);
      return;
    }
    name += done.image.name();
    if (done.image.size() > MAX_IMAGE_BYTES) {
      builder.skip(SkipReason.BROKEN_IMAGE, name);
      return;
    }
    try {
      addSample(shard, container, done, done.image, name);
    } catch (IOException e) {
      builder.skip(SkipReason.BROKEN_CAPTION, name);
    }
  }

  /** Adds a sample with the captions of its JSON; if the JSON has none, those of the text file. */
  private void addSample(Path shard, int container, Group group, TarMember image, String name)
      throws IOException {
    TarMember json = group.json;
    boolean hasJson = json != null && !captions(shard, json, true).isEmpty();
    TarMember text = group.text;
    boolean hasText = !hasJson && text != null && !captions(shard, text, false).isEmpty();
    Optional<SampleIndex.Captions> captions;
    if (hasJson && json != null) {
      captions = Optional.of(captions(SampleIndex.Kind.JSON, container, json));
    } else if (hasText && text != null) {
      captions = Optional.of(captions(SampleIndex.Kind.TEXT, container, text));
    } else {
      captions = builder.fallback("");
    }
    if (captions.isEmpty()) {
      builder.skip(SkipReason.NO_CAPTION, name);
    } else {
      builder.add(name, slice(shard, image), place(container, image), captions.get(), 1);
    }
  }

  private static SampleIndex.Captions captions(
      SampleIndex.Kind kind, int container, TarMember member) {
    return new SampleIndex.Captions(kind, place(container, member));
  }

  private static List<Caption> captions(Path shard, TarMember member, boolean json)
      throws IOException {
    if (member.size() > CaptionParser.MAX_BYTES) {
      throw new IOException("too long");
    }
    byte[] bytes = slice(shard, member).bytes();
    if (!json) {
      return CaptionParser.text(bytes);
    }
    JsonNode object = CaptionParser.object(bytes);
    return CaptionParser.json(object);
  }

  private static FileSlice slice(Path shard, TarMember member) {
    return new FileSlice(shard, member.offset(), (int) member.size(), member.name());
  }

  private static SampleIndex.Place place(int container, TarMember member) {
    return new SampleIndex.Place(container, member.offset(), (int) member.size());
  }
}
