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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The packages and their allowed dependencies, as in docs/explanation/architecture.md. */
class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sana4j")
          .that(not(resideInAnyPackage("dev.sana4j.testkit", "dev.sana4j.bench.jmh_generated")));

  /** Each package, and the packages it may import. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      plan(
          """
          bench: clip dcae files gemma image inception measure nn pipeline pipeline.engine \
              pipeline.model pipeline.request sana tensor weights
          cli: bench cli.cache convert data emoji.evaluate emoji.model emoji.scene files folder hub image \
              measure measure.objects measure.run pipeline pipeline.model pipeline.request pipeline.source recipe report server \
              server.http server.jobs server.mcp server.safety server.store synth tensor train train.autoencoder train.distill train.flow \
              train.loop train.text train.workers verify weights
          cli.cache: files hub server.store tensor text
          clip: nn tensor weights
          convert: dcae files folder pipeline.model pipeline.source sana tensor weights \
              weights.pth
          data: files image tensor
          dcae: nn tensor weights
          diffusion: files tensor
          emoji.evaluate: data dcae emoji.scene files folder image measure nn objective pipeline.engine \
              pipeline.model pipeline.request tensor text train.optim weights
          emoji.model: files folder
          emoji.scene: data files image
          files:
          folder: files tensor weights
          gemma: nn tensor weights
          hub: files folder weights
          image: files
          inception: nn tensor weights weights.pth
          measure: clip files image inception nn pipeline pipeline.engine pipeline.request tensor text weights
          measure.objects: files measure
          measure.run: files image measure measure.objects objective pipeline.engine tensor weights
          nn: files tensor weights
          objective: diffusion nn sana tensor weights
          pipeline: diffusion files folder hub image pipeline.engine pipeline.model \
              pipeline.request pipeline.source tensor
          pipeline.engine: dcae diffusion files folder gemma image nn pipeline.model \
              pipeline.request sana tensor text weights
          pipeline.model: dcae diffusion files folder gemma image pipeline.request sana tensor \
              weights
          pipeline.request: files image text
          pipeline.source: files folder gemma hub pipeline.model pipeline.request sana tensor \
              weights
          recipe: files
          report: files image
          sana: nn tensor weights
          server: files image measure pipeline.request server.http server.jobs server.mcp server.metrics \
              server.nativeapi server.openai server.safety server.sdapi server.store text
          server.http: files image pipeline.request server.jobs server.safety server.store text
          server.jobs: diffusion files folder image measure pipeline pipeline.model pipeline.request \
              server.safety server.store tensor weights
          server.mcp: files image pipeline.request server.http server.jobs server.store
          server.metrics: files server.jobs tensor
          server.nativeapi: image pipeline.request server.http server.jobs
          server.openai: image pipeline.request server.http server.jobs
          server.safety: files folder gemma tensor text weights
          server.sdapi: image pipeline pipeline.request server.http server.jobs
          server.store: files
          synth: dcae files folder gemma pipeline.model sana tensor text weights
          tensor: files
          text: files
          train: data files
          train.autoencoder: data dcae image objective pipeline.engine recipe tensor train \
              train.loop train.optim weights
          train.distill: data diffusion folder image nn objective pipeline.engine pipeline.model \
              recipe sana tensor train train.flow train.loop train.optim weights
          train.flow: data dcae diffusion files folder gemma image nn objective pipeline pipeline.engine \
              pipeline.model pipeline.request recipe sana tensor text train train.loop train.optim \
              weights
          train.loop: data dcae diffusion files image objective pipeline.engine recipe report sana \
              tensor train train.optim train.workers weights
          train.optim: recipe tensor train weights
          train.text: data gemma image objective pipeline.engine recipe tensor text train train.flow \
              train.loop train.optim weights
          train.workers: tensor train
          verify: clip convert dcae diffusion folder gemma image inception measure nn objective pipeline.engine \
              pipeline.model pipeline.request sana tensor text weights
          weights: files tensor weights.pth
          weights.pth: files tensor weights
          """);

  private static Map<String, Set<String>> plan(String text) {
    return text.lines()
        .map(line -> line.strip().split(":", 2))
        .collect(
            Collectors.toMap(
                line -> line[0],
                line ->
                    Stream.of(line[1].strip().split(" "))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet())));
  }

  @TestFactory
  Stream<DynamicTest> roomsImportOnlyWhatThePlanAllows() {
    return MAY_IMPORT.keySet().stream()
        .sorted()
        .map(room -> DynamicTest.dynamicTest(room, () -> checkImports(room)));
  }

  private static void checkImports(String room) {
    String[] allowed =
        Stream.concat(Stream.of(room), MAY_IMPORT.getOrDefault(room, Set.of()).stream())
            .map(name -> "dev.sana4j." + name)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("dev.sana4j." + room)
        .should()
        .dependOnClassesThat(resideInAPackage("dev.sana4j..").and(not(resideInAnyPackage(allowed))))
        .check(ALL);
  }

  @Test
  void everyRoomIsInThePlan() {
    Set<String> rooms =
        ALL.stream()
            .map(type -> type.getPackageName().substring("dev.sana4j.".length()))
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
  void nothingNeedsSpark() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("dev.sana4j.spark..")
        .check(ALL);
  }

  @Test
  void sparkIsNotOnTheClassPathOfTheCommandLine() {
    for (String type : List.of("org.apache.spark.SparkContext", "dev.sana4j.spark.GenerateJob")) {
      assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
    }
  }

  @Test
  void thereAreNoPackageCycles() {
    slices().matching("dev.sana4j.(*)..").should().beFreeOfCycles().check(ALL);
    for (String room : List.of("server", "pipeline", "train", "emoji", "measure")) {
      slices().matching("dev.sana4j." + room + ".(*)..").should().beFreeOfCycles().check(ALL);
    }
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
  void jsonIsReadWithinBounds() {
    noClasses()
        .that()
        .doNotHaveSimpleName("StrictJson")
        .and()
        .resideOutsideOfPackage("dev.sana4j.recipe") // YAML
        .should()
        .callConstructor(ObjectMapper.class)
        .orShould()
        .callConstructor(JsonFactory.class)
        .orShould()
        .callConstructor(JsonFactoryBuilder.class)
        .orShould()
        .callMethod(JsonMapper.class, "builder")
        .check(ALL);
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
