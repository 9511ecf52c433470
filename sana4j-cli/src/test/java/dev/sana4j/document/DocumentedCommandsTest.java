package dev.sana4j.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.cli.Sana;
import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the documents. Blocks marked {@code sh} run as they are printed, in the order of
 * their page, in a folder with the files of {@link #inputs}; trainings and evaluations with tiny
 * numbers. Blocks with a reason after {@code sh} are only parsed.
 */
class DocumentedCommandsTest {
  private static final Set<String> REASONS =
      Set.of(
          "needs-network",
          "needs-weights",
          "needs-gpu",
          "needs-machines",
          "runs-until-stopped",
          "other");

  /** Options that replace those of a command or are added to it. */
  private static final Map<String, List<String>> TINY =
      Map.of(
          "train autoencoder", List.of("--set", "steps=2"),
          "train base", List.of("--set", "steps=2"),
          "train teacher", List.of("--set", "steps=2"),
          "distill", List.of("--set", "steps=2"),
          "finetune", List.of("--set", "steps=2"),
          "train example", List.of("--count", "16"),
          "train scenes", List.of("--count", "12"),
          "evaluate", List.of("--prompts", "6", "--scorer-steps", "2"),
          "bench", List.of("--runs", "1"));

  /** Pages whose trainings and evaluations take longer than the rest together. */
  private static final Set<String> TRAININGS =
      Set.of(
          "docs/how-to/data.md",
          "docs/how-to/distill.md",
          "docs/how-to/evaluate.md",
          "docs/how-to/finetune.md",
          "docs/how-to/lora.md",
          "docs/how-to/teacher.md",
          "docs/how-to/train.md");

  @TempDir private static Path inputs;

  @TempDir private static Path scratch;

  @TempDir private Path folder;

  @BeforeAll
  static void makeInputs() throws IOException {
    Path reference = reference();
    smallReference();
    sana("generate", "a flat cat on a yellow background", "--seed", "7", "-o", file("cat.png"));
    ImageFiles.write(half(), inputs.resolve("mask.png"));
    ImageFiles.write(ImageFiles.read(inputs.resolve("cat.png")), inputs.resolve("photo.jpg"));
    Path example = scratch.resolve("example");
    sana("train", "example", "--count", "8", "--size", "128", "-o", example.toString());
    Files.move(example.resolve("pictures"), inputs.resolve("my-images"));
    link("my-model", EmojiModel.openTeacher().root());
    link("my-controlnet-model", reference.resolve("pipelines/tiny-controlnet"));
    for (String adapter : List.of("style", "subject")) {
      adapter(adapter);
    }
    sana("convert", file("my-model"), "-o", file("teacher.pth"));
  }

  private static void adapter(String name) throws IOException {
    String images = "data.path=" + file("my-images");
    sana(
        "finetune",
        "--set",
        images,
        "--set",
        "lora.rank=2",
        "--set",
        "steps=1",
        "--set",
        "run.sample_every=0",
        "-o",
        scratch.resolve(name).toString());
    Files.move(
        scratch.resolve(name).resolve("model/pytorch_lora_weights.safetensors"),
        inputs.resolve(name + ".safetensors"));
  }

  private static Path reference() {
    return Path.of(
            System.getProperty("sana4j.reference", "../sana4j-verify/src/test/resources/reference"))
        .toAbsolutePath()
        .normalize();
  }

  private static String file(String name) {
    return inputs.resolve(name).toString();
  }

  private static void link(String name, Path target) throws IOException {
    Files.createSymbolicLink(inputs.resolve(name), target.toAbsolutePath());
  }

  private static RgbImage half() {
    byte[] white = new byte[128 * 128 * 3];
    for (int i = 0; i < white.length; i++) {
      white[i] = (byte) (i / 3 % 128 < 64 ? 0 : 255);
    }
    return RgbImage.of(128, 128, white);
  }

  private static void sana(String... arguments) {
    assertThat(Sana.run(arguments)).as(String.join(" ", arguments)).isZero();
  }

  @Test
  void everyBlockOfCommandsRunsOrSaysWhyItCannot() {
    List<String> unknown = new ArrayList<>();
    for (Path page : MarkdownPages.forUsers()) {
      for (MarkdownPages.Fence fence : MarkdownPages.fences(page)) {
        String info = fence.info();
        boolean known = info.equals("sh") || REASONS.contains(info.replaceFirst("^sh ", ""));
        if (fence.language().matches("sh|bash|console|shell|") && !known) {
          unknown.add(fence + ": " + info);
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyCommandParses() {
    return MarkdownPages.forUsers().stream()
        .flatMap(page -> MarkdownPages.fences(page).stream())
        .filter(fence -> fence.language().equals("sh"))
        .map(fence -> DynamicTest.dynamicTest(fence.toString(), () -> parse(fence)));
  }

  private static void parse(MarkdownPages.Fence fence) {
    for (ShellWords.Command command : ShellWords.commands(fence.text())) {
      if (command.isSana()) {
        Sana.program().parseArgs(command.arguments().toArray(String[]::new));
      } else {
        assertThat(fence.info()).as(fence + ": " + command.words()).contains(" ");
      }
    }
  }

  @TestFactory
  List<DynamicTest> commandsRunAsPrinted() {
    return run(page -> !TRAININGS.contains(name(page)));
  }

  @TestFactory
  @Tag("slow")
  List<DynamicTest> trainingsAndEvaluationsRunAsPrinted() {
    return run(page -> TRAININGS.contains(name(page)));
  }

  /** Two pages at a time; each is a process with one thread. */
  private List<DynamicTest> run(Predicate<Path> isWanted) {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : MarkdownPages.forUsers()) {
      if (isWanted.test(page) && !commands(page).isEmpty()) {
        Future<?> run = pool.submit(() -> run(page));
        tests.add(DynamicTest.dynamicTest(name(page), run::get));
      }
    }
    pool.shutdown();
    return tests;
  }

  private static String name(Path page) {
    return MarkdownPages.ROOT.relativize(page).toString();
  }

  private static List<ShellWords.Command> commands(Path page) {
    return MarkdownPages.fences(page).stream()
        .filter(fence -> fence.info().equals("sh"))
        .flatMap(fence -> ShellWords.commands(fence.text()).stream())
        .toList();
  }

  private Void run(Path page) throws IOException, InterruptedException {
    Path work = folder.resolve(page.getFileName().toString());
    Files.createDirectory(work);
    try (Stream<Path> files = Files.list(inputs)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(work.resolve(file.getFileName()), file);
      }
    }
    String input =
        commands(page).stream()
            .map(command -> command.output() + "\t" + String.join("\t", tiny(command.arguments())))
            .collect(Collectors.joining("\n"));
    Path log = folder.resolve(page.getFileName() + ".log");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dsana4j.reference=" + scratch.resolve("reference"),
                "-cp",
                classPath(),
                CommandRunner.class.getName())
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    assertThat(process.waitFor()).as(() -> MarkdownPages.text(log)).isZero();
    return null;
  }

  /** A folder with quick cases of the reference. */
  private static void smallReference() throws IOException {
    Path small = scratch.resolve("reference");
    Files.createDirectory(small);
    Files.createSymbolicLink(small.resolve("random"), reference().resolve("random"));
  }

  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Replaces or adds the options that keep a command short. */
  private static List<String> tiny(List<String> arguments) {
    String verb = arguments.get(0);
    boolean two = verb.equals("train") && arguments.size() > 1;
    List<String> options = TINY.getOrDefault(two ? verb + " " + arguments.get(1) : verb, List.of());
    List<String> tiny = new ArrayList<>(arguments);
    if (arguments.contains("--print-config") || arguments.contains("--autoencoder")) {
      return tiny;
    }
    for (int i = 0; i < options.size(); i += 2) {
      int given = tiny.indexOf(options.get(i));
      if (options.get(i).equals("--prompts") && arguments.contains("--prompt-file")) {
        continue; // the file decides
      }
      if (given >= 0 && !options.get(i).equals("--set")) {
        tiny.set(given + 1, options.get(i + 1));
      } else {
        tiny.addAll(options.subList(i, i + 2));
      }
    }
    return tiny;
  }
}
