package dev.sana4j.spark;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the jobs may use, as in docs/explanation/architecture.md. */
class SparkBoundaryTest {
  private static final String[] ALLOWED = {
    "dev.sana4j.spark",
    "dev.sana4j.data",
    "dev.sana4j.emoji.evaluate",
    "dev.sana4j.emoji.scene",
    "dev.sana4j.files",
    "dev.sana4j.folder",
    "dev.sana4j.hub",
    "dev.sana4j.image",
    "dev.sana4j.pipeline",
    "dev.sana4j.pipeline.model",
    "dev.sana4j.pipeline.request",
    "dev.sana4j.tensor",
    "dev.sana4j.train.flow",
  };

  private static final JavaClasses OWN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sana4j.spark");

  @Test
  void theJobsUseOnlyWhatThePlanAllows() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage("dev.sana4j..").and(not(resideInAnyPackage(ALLOWED))))
        .check(OWN);
  }

  @Test
  void theJobsPrintThroughTheirCommands() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(OWN);
  }
}
