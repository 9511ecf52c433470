package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.files.FolderTree;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.testkit.FakeHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints in the original layout as models, with a hub of toy repositories. */
@Timeout(600)
class CheckpointCommandTest {
  private static final String ORGANIZATION = "Efficient-Large-Model/";
  private static final String TEACHER = ORGANIZATION + "Sana_Sprint_1.6B_1024px_teacher";
  private static final String FILE = "checkpoints/Sana_Sprint_1.6B_1024px_teacher.pth";
  private static final String STUDENT = ORGANIZATION + "Sana_Sprint_1.6B_1024px_diffusers";
  private static final String COMMIT = "f111cf761e05a1ad460cd5fb528c1a107327b459";
  private static final Path PTH = Models.REFERENCE.resolve("pth/teacher.pth");
  private static final int KILLS = 50;

  @TempDir private Path folder;
  private FakeHub hub;
  private HubUser user;

  @BeforeEach
  void start() throws IOException {
    hub = FakeHub.start("some-org/other", "0".repeat(40));
    hub.repository(TEACHER, COMMIT)
        .card("{\"license\":\"other\",\"license_name\":\"nscl-v2-custom\"}")
        .add("README.md", "# A teacher".getBytes(StandardCharsets.UTF_8))
        .add(FILE, Files.readAllBytes(PTH));
    hub.repository(STUDENT, "19683c58b7ea290e55cedd8950ae1d86ada7ef96").addAll(Models.SPRINT);
    user = new HubUser(folder, hub);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Path generated(Object model, String name, Object... more) throws Exception {
    Path image = folder.resolve(name);
    user.sana(arguments(model, image, more)).succeeds();
    return image;
  }

  /** Generates an image in this process, which is faster but has the environment of the test. */
  private Path local(Object model, String name) {
    Path image = folder.resolve(name);
    Run.sana(arguments(model, image)).succeeds();
    return image;
  }

  private static Object[] arguments(Object model, Path image, Object... more) {
    Object[] usual = {
      "generate",
      "a cat",
      "--model",
      model,
      "-o",
      image,
      "--seed",
      3,
      "--size",
      "64x64",
      "--steps",
      2,
      "--overwrite"
    };
    return Stream.of(usual, more).flatMap(Arrays::stream).toArray();
  }

  private Path byHand() throws Exception {
    Path teacher = folder.resolve("teacher-by-hand");
    Path named = folder.resolve("Sana_Sprint_1.6B_1024px_teacher.pth");
    Files.copy(PTH, named);
    Run.sana("convert", named, "--base", Models.SPRINT, "-o", teacher).succeeds();
    return local(teacher, "by-hand.png");
  }

  private static void assertSamePixels(Path image, Path expected) throws IOException {
    assertThat(ImageFiles.read(image).rgb()).isEqualTo(ImageFiles.read(expected).rgb());
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("home"))) {
      List<String> left =
          all.map(Path::toString).filter(name -> name.matches(".*(incomplete|partial)")).toList();
      return left;
    }
  }

  private List<String> converted() throws IOException {
    try (Stream<Path> all = Files.list(user.converted())) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theNameOfTheCardIsOneCommandAndTheSameImageAsTheFolderMadeByHand() throws Exception {
    Path image = folder.resolve("named.png");
    Run run = user.sana(arguments(TEACHER, image)).succeeds();
    assertThat(run.err())
        .contains(
            "contains only a transformer", "DC-AE 1.1", STUDENT, "nscl-v2-custom", "teacher,");
    assertSamePixels(image, byHand());
    assertThat(hub.requests())
        .noneMatch(request -> request.uri().contains("transformer/diffusion_pytorch_model"));
    int before = hub.requests().size();
    user.environment().put("HF_HUB_OFFLINE", "1");
    assertSamePixels(generated("hf://" + TEACHER + "/" + FILE, "again.png"), image);
    assertSamePixels(generated(hub.endpoint() + "/" + TEACHER, "address.png"), image);
    user.sana("generate", "--like", image, "-o", folder.resolve("like.png")).succeeds();
    assertSamePixels(folder.resolve("like.png"), image);
    assertThat(hub.requests()).hasSize(before);
    assertThat(Run.sana("show", image).out()).contains(TEACHER + "@" + COMMIT);
    assertThat(converted()).hasSize(3).contains(".choices", ".locks");
  }

  @Test
  void filesFoldersAndPrefixesAreModels() throws Exception {
    Path expected = byHand();
    Path repository = folder.resolve("Sana_Sprint_1.6B_1024px_teacher");
    Path file = repository.resolve(FILE);
    Files.createDirectories(file.getParent());
    Files.copy(PTH, file);
    assertSamePixels(generated(file, "file.png"), expected);
    assertSamePixels(generated(repository, "repository.png"), expected);
    Path transformer = folder.resolve("teacher-by-hand/transformer");
    assertSamePixels(generated(transformer, "transformer.png"), expected);
    Path half = generated(file, "half.png", "--dtype", "bfloat16");
    assertThat(ImageFiles.read(half).rgb()).isNotEqualTo(ImageFiles.read(expected).rgb());
  }

  @Test
  void otherPartsReplaceThoseOfAModel() throws Exception {
    Path plain = local(Models.SPRINT, "plain.png");
    assertSamePixels(generated(Models.SPRINT, "same.png", "--vae", STUDENT), plain);
    assertSamePixels(generated(Models.SPRINT, "text.png", "--text-encoder", STUDENT), plain);
    Path other = Models.copy(Models.SANA, folder.resolve("other"));
    Path config = other.resolve("vae/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\"scaling_factor\": [0-9.]+", "\"scaling_factor\": 1"));
    Path changed = generated(Models.SPRINT, "other.png", "--vae", other.resolve("vae"));
    assertThat(ImageFiles.read(changed).rgb()).isNotEqualTo(ImageFiles.read(plain).rgb());
    user.sana(arguments(Models.SPRINT, plain, "--vae", other.resolve("transformer")))
        .isRefused("does not contain a vae");
    user.sana(arguments(other.resolve("vae"), plain)).isRefused("is not a whole model");
  }

  @Test
  void aCheckpointThatWasDownloadedByItsFileIsNotThatOfTheRepository() throws Exception {
    String repository = ORGANIZATION + "Two_teachers";
    hub.repository(repository, COMMIT)
        .add("Two_teachers.pth", Files.readAllBytes(PTH))
        .add("other.pth", new byte[2000]);
    user.sana("pull", repository, "other.pth").succeeds();
    Path image = generated(repository, "named.png");
    user.environment().put("HF_HUB_OFFLINE", "1");
    assertSamePixels(generated(repository, "again.png"), image);
    user.sana(arguments("hf://" + repository + "/other.pth", image)).isRefused("other.pth");
  }

  @Test
  void partsAreUsedAgainWithoutTheHub() throws Exception {
    Path encoder = Models.SPRINT.resolve("text_encoder");
    hub.repository(ORGANIZATION + "gemma-2-2b-it", COMMIT)
        .add("config.json", Files.readAllBytes(encoder.resolve("config.json")))
        .add("gemma-2-2b-it.safetensors", Files.readAllBytes(encoder.resolve("model.safetensors")))
        .add(
            "tokenizer.json",
            Files.readAllBytes(Models.SPRINT.resolve("tokenizer/tokenizer.json")));
    Path plain = local(Models.SPRINT, "plain.png");
    Object[] options = {
      "--text-encoder", ORGANIZATION + "gemma-2-2b-it", "--vae", "hf://" + STUDENT + "/vae"
    };
    assertSamePixels(generated(Models.SPRINT, "parts.png", options), plain);
    user.environment().put("HF_HUB_OFFLINE", "1");
    assertSamePixels(generated(Models.SPRINT, "again.png", options), plain);
    assertThat(user.sana("models").succeeds().out())
        .containsPattern(STUDENT + ".* incomplete|" + STUDENT + ".* parts");
  }

  @Test
  void aPublishedTeacherKeepsItsTimestepScaleWithoutTheOtherParts() throws Exception {
    Path model =
        Models.copy(Models.TEACHER, folder.resolve("SANA_Sprint_1.6B_1024px_teacher_diffusers"));
    Path expected = generated(model.resolve("transformer"), "expected.png");
    Path config = model.resolve("transformer/config.json");
    Files.writeString(
        config, Files.readString(config).replaceFirst(",\\s*\"timestep_scale\": [0-9.e-]+", ""));
    assertSamePixels(generated(model.resolve("transformer"), "alone.png"), expected);
  }

  @Test
  void convertTakesANameAndAddsThePublishedParts() throws Exception {
    Path made = folder.resolve("made");
    assertThat(user.sana("convert", TEACHER, "-o", made).succeeds().err()).contains("DC-AE 1.1");
    assertSamePixels(local(made, "made.png"), byHand());
    Path part = folder.resolve("part");
    user.sana("convert", TEACHER, "--base", "none", "--heads", 4, "--cross-heads", 2, "-o", part)
        .succeeds();
    assertThat(part.resolve("config.json")).exists();
    assertThat(part.resolve("model_index.json")).doesNotExist();
  }

  @Test
  void convertWithoutTheHubSaysThatThePartIsNotAWholeModel() throws Exception {
    user.environment().put("HF_HUB_OFFLINE", "1");
    Path named = Files.copy(PTH, folder.resolve("teacher.pth"));
    Run run =
        user.sana("convert", named, "--heads", 4, "--cross-heads", 2, "-o", folder.resolve("part"));
    assertThat(run.succeeds().err()).contains("not a whole model", "--base MODEL");
    user.sana(arguments(folder.resolve("part"), folder.resolve("no.png")))
        .isRefused("HF_HUB_OFFLINE is set");
  }

  @Test
  void aFullDiskIsFoundBeforeTheFirstByte() throws Exception {
    hub.repository(ORGANIZATION + "huge_teacher", COMMIT)
        .addHuge("checkpoints/huge_teacher.pth", 1L << 43);
    Run run = user.sana(arguments(ORGANIZATION + "huge_teacher", folder.resolve("no.png")));
    run.isRefused("of disk");
    assertThat(hub.requests()).noneMatch(FakeHub.Request::toStorage);
  }

  @Test
  @Tag("slow")
  void killedAtAnyMomentItEndsTheSame() throws Exception {
    Path image = folder.resolve("killed.png");
    Random random = new Random(1);
    long whole = duration(arguments(TEACHER, image));
    for (int i = 0; i < KILLS; i++) {
      if (i % 5 == 0) {
        deleteCaches();
      }
      Process process = user.process(arguments(TEACHER, image)).start();
      boolean ended = process.waitFor(random.nextLong(whole), TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS) || ended).isTrue();
    }
    Files.deleteIfExists(image);
    user.sana(arguments(TEACHER, image)).succeeds();
    assertSamePixels(image, byHand());
    assertThat(leftovers()).isEmpty();
    assertThat(converted()).hasSize(3).contains(".choices", ".locks");
  }

  private long duration(Object... command) throws Exception {
    long begin = System.nanoTime();
    user.sana(command).succeeds();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  private void deleteCaches() throws IOException {
    for (String name : List.of("home", "cache")) {
      FolderTree.delete(folder.resolve(name));
    }
  }
}
