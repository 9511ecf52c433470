package dev.sana4j.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJobStoreTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_000_000);
  private static final Instant LATER = NOW.plusSeconds(600);

  @TempDir private Path temporary;
  private Path folder;
  private SqliteJobStore store;

  @BeforeEach
  void open() {
    folder = temporary.resolve("data");
    store = SqliteJobStore.open(folder);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = SqliteJobStore.open(folder);
  }

  private static StoredJob job(String id, int images) {
    return StoredJob.accepted(id, "{\"name\":\"anna\"}", "{}", images, NOW);
  }

  private static StoredImage image(String name, String job, int index, int length) {
    Double score = index == 0 ? null : 0.25 * index; // only chosen images have one
    return new StoredImage(name, job, index, 7 + index, score, 32, 32, "PNG", length, LATER, true);
  }

  private void add(String name, String job, int index, int length) {
    store.add(image(name, job, index, length), new byte[length], List.of("a note"), NOW);
  }

  private byte[] file() throws IOException {
    return Files.readAllBytes(folder.resolve("jobs.db"));
  }

  /** Closes the store and runs a statement. */
  private void change(String statement) throws SQLException {
    store.close();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("jobs.db"));
        Statement change = connection.createStatement()) {
      change.execute(statement);
    }
  }

  @Test
  void jobsAreFoundAgainInTheirOrder() {
    StoredJob first = job("zzz", 2);
    StoredJob second = job("aaa", 1);
    store.accept(first, Map.of());
    store.accept(second, Map.of());
    reopen();
    assertThat(store.jobs()).containsExactly(first, second);
  }

  @Test
  void theLastImageEndsAJob() {
    store.accept(job("j", 2), Map.of());
    add("a", "j", 0, 10);
    assertThat(store.jobs().get(0).end()).isNull();
    add("b", "j", 1, 10);
    reopen();
    assertThat(store.jobs().get(0).end())
        .isEqualTo(new StoredEnd(NOW, StoredEnd.SUCCEEDED, "", ""));
    assertThat(store.jobs().get(0).notes()).containsExactly("a note");
    assertThat(store.images()).containsExactly(image("a", "j", 0, 10), image("b", "j", 1, 10));
    assertThat(store.file("b")).hasValueSatisfying(bytes -> assertThat(bytes).hasSize(10));
  }

  @Test
  void aJobHasOnlyOneImageOfEachNumber() {
    store.accept(job("j", 2), Map.of());
    add("a", "j", 0, 10);
    assertThatThrownBy(() -> add("b", "j", 0, 10)).isInstanceOf(StoreException.class);
    assertThat(store.images()).hasSize(1);
  }

  @Test
  void anEndIsNotReplacedByALateImage() {
    store.accept(job("j", 1), Map.of());
    StoredEnd end = new StoredEnd(NOW, "CANCELLED", "", "");
    store.end("j", end);
    add("a", "j", 0, 10);
    assertThat(store.jobs().get(0).end()).isEqualTo(end);
  }

  @Test
  void attemptsAreCountedUntilAnImageIsFinished() {
    store.accept(job("j", 2), Map.of());
    store.started(List.of("j"), NOW);
    store.started(List.of("j"), LATER);
    reopen();
    assertThat(store.jobs().get(0).attempts()).isEqualTo(2);
    assertThat(store.jobs().get(0).started()).isEqualTo(LATER);
    add("a", "j", 0, 10);
    assertThat(store.jobs().get(0).attempts()).isZero();
  }

  @Test
  void anInputImageIsKeptUntilTheLastJobThatNeedsItHasEnded() {
    byte[] rgb = {1, 2, 3};
    store.accept(job("j", 1), Map.of("x", rgb));
    store.accept(job("k", 1), Map.of("x", rgb));
    add("a", "j", 0, 10);
    reopen();
    assertThat(store.input("x")).hasValue(rgb);
    store.end("k", new StoredEnd(NOW, "FAILED", "INTERNAL", "it failed"));
    assertThat(store.input("x")).isEmpty();
  }

  @Test
  void anImageOfAKeptJobLosesOnlyItsFile() {
    store.accept(job("j", 1), Map.of());
    add("a", "j", 0, 10);
    store.remove(List.of(), List.of("a"));
    assertThat(store.file("a")).isEmpty();
    assertThat(store.images()).extracting(StoredImage::present).containsExactly(false);
    store.remove(List.of("j"), List.of());
    assertThat(store.images()).isEmpty();
    assertThat(store.jobs()).isEmpty();
  }

  @Test
  void anImageOutlivesAJobThatIsRemoved() {
    store.accept(job("j", 1), Map.of());
    add("a", "j", 0, 10);
    store.remove(List.of("j"), List.of());
    assertThat(store.file("a")).isPresent();
    store.remove(List.of(), List.of("a"));
    assertThat(store.images()).isEmpty();
  }

  @Test
  void removedImagesFreeTheDisk() {
    for (int i = 0; i < 40; i++) {
      store.accept(job("j" + i, 1), Map.of());
      add("a" + i, "j" + i, 0, 1 << 20);
    }
    for (int i = 0; i < 40; i++) {
      store.remove(List.of("j" + i), List.of("a" + i));
    }
    for (int i = 0; i < 10; i++) {
      store.remove(List.of(), List.of());
    }
    reopen();
    assertThat(store.bytes()).isLessThan(8 << 20);
  }

  @Test
  void aFullDiskRefusesAJobAndTheStoreGoesOn() {
    store.close();
    store = SqliteJobStore.open(folder, 64);
    store.accept(job("j", 2), Map.of());
    add("a", "j", 0, 100_000);
    assertThatThrownBy(() -> add("b", "j", 1, 1 << 20))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is full; free some space")
        .hasMessageNotContaining("\n");
    assertThat(store.jobs().get(0).end()).isNull();
    store.remove(List.of(), List.of("a"));
    add("b", "j", 1, 100_000);
    assertThat(store.jobs().get(0).end()).isNotNull();
  }

  @Test
  void aFolderThatIsInUseIsRefused() {
    store.accept(job("j", 1), Map.of());
    assertThatThrownBy(() -> SqliteJobStore.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageEndingWith("is used by another server; stop it, or choose another folder");
    assertThat(store.jobs()).hasSize(1);
  }

  @Test
  void aFileThatIsNoDatabaseIsRefusedAndNotChanged() throws IOException {
    store.close();
    byte[] text =
        "these are not jobs, and there are more than a hundred bytes. ".repeat(9).getBytes(UTF_8);
    Files.write(folder.resolve("jobs.db"), text);
    assertThatThrownBy(() -> SqliteJobStore.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is damaged; move it away");
    assertThat(file()).isEqualTo(text);
  }

  @Test
  void aDamagedDatabaseIsRefusedAndNotChanged() throws IOException {
    for (int i = 0; i < 200; i++) {
      store.accept(job("job" + i, 1), Map.of());
    }
    store.close();
    byte[] bytes = file();
    for (int i = 4096; i < bytes.length; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(folder.resolve("jobs.db"), bytes);
    assertThatThrownBy(() -> SqliteJobStore.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is damaged; move it away");
    assertThat(file()).isEqualTo(bytes);
  }

  @Test
  void aNewerFormatIsRefused() throws SQLException {
    change("PRAGMA user_version = 99");
    assertThatThrownBy(() -> SqliteJobStore.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("was written by a newer version of sana4j (its format is 99");
  }

  @Test
  void aDatabaseWithoutScoresIsCompleted() throws SQLException {
    store.accept(job("j", 2), Map.of());
    add("a", "j", 0, 10);
    change("ALTER TABLE images DROP COLUMN score"); // as an earlier version created it
    store = SqliteJobStore.open(folder);
    add("b", "j", 1, 10);
    assertThat(store.images()).extracting(StoredImage::score).containsExactly(null, 0.25);
    reopen();
    assertThat(store.images()).hasSize(2);
  }

  @Test
  void theDatabaseOfAnotherProgramIsRefused() throws SQLException {
    change("PRAGMA application_id = 1");
    assertThatThrownBy(() -> SqliteJobStore.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is a database of another program");
  }

  @Test
  void aFileInThePlaceOfTheFolderIsRefused() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    assertThatThrownBy(() -> SqliteJobStore.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void onlyTheOwnerCanReadTheFiles() throws IOException {
    assumeTrue(Files.getFileStore(temporary).supportsFileAttributeView("posix"));
    store.accept(job("j", 1), Map.of());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (var files = Files.list(folder)) {
      assertThat(files)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }
}
