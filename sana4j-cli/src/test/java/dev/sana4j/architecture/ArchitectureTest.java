package dev.sana4j.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rooms of the house and the one direction between them, as docs/architecture.md has them. */
class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sana4j")
          .that(not(resideInAnyPackage("dev.sana4j.testkit", "dev.sana4j.bench.jmh_generated")));

  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("tensor", Set.of()),
          Map.entry("weights", Set.of("tensor")),
          Map.entry("nn", Set.of("weights", "tensor")),
          Map.entry("gemma", Set.of("nn", "weights", "tensor")),
          Map.entry("dcae", Set.of("nn", "weights", "tensor")),
          Map.entry("sana", Set.of("nn", "weights", "tensor")),
          Map.entry("diffusion", Set.of("tensor")),
          Map.entry("distill", Set.of("sana", "diffusion", "nn", "weights", "tensor")),
          Map.entry("text", Set.of()),
          Map.entry("image", Set.of("tensor")),
          Map.entry("hub", Set.of("weights", "tensor")),
          Map.entry(
              "pipeline",
              Set.of(
                  "text",
                  "image",
                  "hub",
                  "diffusion",
                  "gemma",
                  "dcae",
                  "sana",
                  "nn",
                  "weights",
                  "tensor")),
          Map.entry(
              "synth",
              Set.of("pipeline", "text", "hub", "gemma", "dcae", "sana", "weights", "tensor")),
          Map.entry("convert", Set.of("pipeline", "hub", "dcae", "sana", "weights", "tensor")),
          Map.entry("model", Set.of("hub")),
          Map.entry("data", Set.of("text", "image", "weights", "tensor")),
          Map.entry("emoji", Set.of("data", "image")),
          Map.entry("report", Set.of("image")),
          Map.entry("recipe", Set.of()),
          Map.entry(
              "train",
              Set.of(
                  "distill",
                  "data",
                  "report",
                  "recipe",
                  "pipeline",
                  "text",
                  "image",
                  "hub",
                  "diffusion",
                  "gemma",
                  "dcae",
                  "sana",
                  "nn",
                  "weights",
                  "tensor")),
          Map.entry(
              "evaluate",
              Set.of(
                  "train",
                  "emoji",
                  "data",
                  "pipeline",
                  "image",
                  "hub",
                  "dcae",
                  "nn",
                  "weights",
                  "tensor")),
          Map.entry(
              "verify",
              Set.of(
                  "convert",
                  "distill",
                  "pipeline",
                  "text",
                  "image",
                  "hub",
                  "diffusion",
                  "gemma",
                  "dcae",
                  "sana",
                  "nn",
                  "weights",
                  "tensor")),
          Map.entry(
              "bench",
              Set.of("pipeline", "image", "gemma", "dcae", "sana", "nn", "weights", "tensor")),
          Map.entry("server", Set.of("pipeline", "text", "image", "diffusion", "tensor")),
          Map.entry(
              "cli",
              Set.of(
                  "server",
                  "model",
                  "bench",
                  "synth",
                  "convert",
                  "evaluate",
                  "verify",
                  "train",
                  "emoji",
                  "data",
                  "report",
                  "recipe",
                  "pipeline",
                  "text",
                  "image",
                  "hub",
                  "diffusion",
                  "weights",
                  "tensor")));

  @TestFactory
  Stream<DynamicTest> roomsImportOnlyWhatThePlanAllows() {
    return MAY_IMPORT.keySet().stream()
        .sorted()
        .map(room -> DynamicTest.dynamicTest(room, () -> checkImports(room)));
  }

  private static void checkImports(String room) {
    String[] allowed =
        Stream.concat(Stream.of(room), MAY_IMPORT.getOrDefault(room, Set.of()).stream())
            .map(name -> "dev.sana4j." + name + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("dev.sana4j." + room + "..")
        .should()
        .dependOnClassesThat(resideInAPackage("dev.sana4j..").and(not(resideInAnyPackage(allowed))))
        .check(ALL);
  }

  @Test
  void everyRoomIsInThePlan() {
    Set<String> rooms =
        ALL.stream()
            .map(type -> type.getPackageName().split("\\.", -1)[2])
            .collect(Collectors.toSet());
    assertThat(rooms).isEqualTo(MAY_IMPORT.keySet());
  }

  @Test
  void onlyTensorKnowsTheNativeLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sana4j.tensor")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(ALL);
  }

  @Test
  void thereAreNoPackageCycles() {
    slices().matching("dev.sana4j.(*)..").should().beFreeOfCycles().check(ALL);
    slices().matching("dev.sana4j.server.(*)..").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void jobsKnowNothingOfHttp() {
    noClasses()
        .that()
        .resideInAPackage("dev.sana4j.server.jobs")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.javalin..", "jakarta..", "org.eclipse.jetty..")
        .check(ALL);
  }

  @Test
  void onlyTheCommandLineUsesTheStandardStreams() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
        ALL.that(not(resideInAPackage("dev.sana4j.cli"))));
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(ALL);
  }

  @Test
  void namesSayARole() {
    classes().should().haveNameNotMatching(".*(Utils?|Helper|Manager|Common)").check(ALL);
  }

  @Test
  void exceptionsAreUncheckedAndHaveNamesOfTheirOwn() {
    assertThat(
            ALL.stream()
                .filter(type -> type.isAssignableTo(Throwable.class))
                .filter(type -> !type.isAssignableTo(RuntimeException.class))
                .map(type -> type.getSimpleName())
                .filter(name -> !Arrays.asList("Birth").contains(name)))
        .isEmpty();
  }
}
