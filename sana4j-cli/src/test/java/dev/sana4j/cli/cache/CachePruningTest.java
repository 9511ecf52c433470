package dev.sana4j.cli.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.cli.cache.CachePruning.Result;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CachePruningTest {
  private static final String USED = "pytorch-2-linux-x86_64.jar";
  private static final String OLD = "pytorch-1-linux-x86_64.jar";
  private static final Instant ANY_TIME = Instant.MAX;

  @TempDir private Path folder;

  private CacheFolders folders;

  @BeforeEach
  void fill() throws IOException {
    folders =
        new CacheFolders(
            folder.resolve("javacpp"),
            Set.of(USED),
            folder.resolve("tokenizers"),
            "0.2",
            folder.resolve("sana/sqlite"),
            "3.2",
            folder.resolve("sana"),
            folder.resolve("hub"));
    for (String jar : List.of(USED, OLD)) {
      write("javacpp/" + jar + "/org/bytedeco/pytorch/linux-x86_64/libtorch.so");
    }
    write("javacpp/opencv-1.jar/org/bytedeco/opencv/libopencv.so");
    write("tokenizers/0.1-cpu/libtokenizers.so");
    write("tokenizers/0.2-cpu/libtokenizers.so");
    write("sana/sqlite/3.1/libsqlitejdbc.so");
    write("sana/sqlite/3.2/libsqlitejdbc.so");
    write("sana/emoji-0123/model_index.json");
    write("sana/models/mine-0123/model_index.json");
    write("sana/prefixes/a.safetensors");
    write("sana/speeds/a.properties");
    write("hub/models--ORG--NAME/blobs/a");
  }

  private Path write(String file) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, "1234");
  }

  private List<Result> prune(StoredKind... kinds) {
    return new CachePruning(folders, path -> false).prune(Set.of(kinds), ANY_TIME, false);
  }

  @Test
  void everyKindIsListedWithItsSize() {
    for (StoredKind kind : StoredKind.values()) {
      assertThat(folders.stored(kind)).as(kind.toString()).isNotEmpty();
      assertThat(folders.stored(kind)).extracting(StoredFiles::bytes).containsOnly(4L);
    }
  }

  @Test
  void onlyOtherVersionsOfLibrariesAreRemoved() {
    assertThat(prune(StoredKind.NATIVES, StoredKind.TOKENIZERS, StoredKind.SQLITE))
        .allMatch(Result::isRemoved)
        .extracting(result -> result.files().path())
        .containsExactlyInAnyOrder(
            folder.resolve("javacpp").resolve(OLD),
            folder.resolve("tokenizers/0.1-cpu"),
            folder.resolve("sana/sqlite/3.1"));
    assertThat(folder.resolve("javacpp").resolve(OLD)).doesNotExist();
    assertThat(folder.resolve("javacpp").resolve(USED)).exists();
    assertThat(folder.resolve("tokenizers/0.2-cpu")).exists();
    assertThat(folder.resolve("sana/sqlite/3.2")).exists();
  }

  @Test
  void librariesOfOtherProgramsStay() {
    prune(StoredKind.NATIVES);
    assertThat(folder.resolve("javacpp/opencv-1.jar")).exists();
  }

  @Test
  void namedKindsAreRemovedAndTheOthersStay() {
    prune(StoredKind.CONVERTED, StoredKind.SPEEDS);
    assertThat(folder.resolve("sana/models/mine-0123")).doesNotExist();
    assertThat(folder.resolve("sana/speeds/a.properties")).doesNotExist();
    assertThat(folder.resolve("sana/prefixes/a.safetensors")).exists();
    assertThat(folder.resolve("sana/emoji-0123")).exists();
  }

  @Test
  void theHubIsNeverTouched() {
    assertThat(prune(StoredKind.HUB)).noneMatch(Result::isRemoved);
    assertThat(folder.resolve("hub/models--ORG--NAME/blobs/a")).exists();
  }

  @Test
  void aDryRunRemovesNothing() {
    List<Result> results =
        new CachePruning(folders, path -> false)
            .prune(EnumSet.of(StoredKind.NATIVES), ANY_TIME, true);
    assertThat(results).hasSize(1).allMatch(Result::isRemoved);
    assertThat(folder.resolve("javacpp").resolve(OLD)).exists();
  }

  @Test
  void newFilesStayIfOnlyOldOnesAreWanted() throws IOException {
    Path old = write("sana/prefixes/old.safetensors");
    Instant limit = Instant.now().minus(Duration.ofDays(30));
    Files.setLastModifiedTime(old, FileTime.from(limit.minusSeconds(60)));
    new CachePruning(folders, path -> false).prune(Set.of(StoredKind.PREFIXES), limit, false);
    assertThat(old).doesNotExist();
    assertThat(folder.resolve("sana/prefixes/a.safetensors")).exists();
  }

  @Test
  void filesOfARunningProcessStay() {
    List<Result> results =
        new CachePruning(folders, path -> true).prune(Set.of(StoredKind.NATIVES), ANY_TIME, false);
    assertThat(results).singleElement().matches(result -> result.kept().contains("in use"));
    assertThat(folder.resolve("javacpp").resolve(OLD)).exists();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aMappedFileIsInUse() throws IOException {
    Path file = folder.resolve("sana/emoji-0123/model_index.json");
    try (FileChannel channel = FileChannel.open(file)) {
      var mapped = channel.map(MapMode.READ_ONLY, 0, 4);
      List<Result> results =
          new CachePruning(folders).prune(Set.of(StoredKind.BUNDLED), ANY_TIME, false);
      assertThat(results).singleElement().matches(result -> result.kept().contains("in use"));
      assertThat(mapped.get(0)).isEqualTo((byte) '1');
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void linksAreNotFollowed() throws IOException {
    Path outside = write("outside/precious");
    Path models = folder.resolve("sana/models");
    Files.createSymbolicLink(models.resolve("linked"), outside.getParent());
    Files.createSymbolicLink(models.resolve("mine-0123/linked"), outside.getParent());
    Files.createSymbolicLink(folder.resolve("javacpp/linked.jar"), outside.getParent());
    prune(StoredKind.CONVERTED, StoredKind.NATIVES);
    assertThat(outside).exists();
    assertThat(models.resolve("mine-0123")).doesNotExist();
    try (Stream<Path> left = Files.list(models)) {
      assertThat(left).containsExactly(models.resolve("linked"));
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFolderOfSanaThatIsALinkIsNotFollowed() throws IOException {
    Path outside = write("elsewhere/mine/model_index.json");
    Files.createDirectories(folder.resolve("other"));
    Files.createSymbolicLink(folder.resolve("other/models"), folder.resolve("elsewhere"));
    CacheFolders linked =
        new CacheFolders(
            folders.natives(),
            folders.usedJars(),
            folders.tokenizers(),
            folders.tokenizerVersion(),
            folder.resolve("other/sqlite"),
            folders.sqliteVersion(),
            folder.resolve("other"),
            folders.hub());
    assertThat(linked.stored(StoredKind.CONVERTED)).isEmpty();
    assertThat(outside).exists();
  }
}
