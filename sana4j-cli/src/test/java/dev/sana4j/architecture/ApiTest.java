package dev.sana4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The API: its public signatures name only types of the API, the JDK and JSpecify. */
public class ApiTest {
  /** The packages with API types, as listed in docs/adr/0013. */
  public static final Set<String> API_PACKAGES =
      Set.of(
          "dev.sana4j.pipeline",
          "dev.sana4j.pipeline.request",
          "dev.sana4j.pipeline.source",
          "dev.sana4j.image",
          "dev.sana4j.hub",
          "dev.sana4j.folder",
          "dev.sana4j.files",
          "dev.sana4j.tensor",
          "dev.sana4j.emoji.model");

  /** The types of tensors that users need; the others are for networks. */
  private static final Set<String> OF_TENSOR = Set.of("DType", "Device");

  /** The types whose public methods are checked; exceptions and tensors are exempt. */
  private static final List<String> CHECKED =
      API_PACKAGES.stream()
          .filter(name -> !name.endsWith(".files") && !name.endsWith(".tensor"))
          .sorted()
          .toList();

  @TestFactory
  Stream<DynamicTest> publicMethodsNameOnlyTypesOfTheApi() {
    var imported =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(CHECKED.toArray(String[]::new));
    return CHECKED.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        assertThat(
                                imported.getPackage(name).getClasses().stream()
                                    .filter(ApiTest::isPublic)
                                    .flatMap(type -> type.getCodeUnits().stream())
                                    .filter(ApiTest::isWritten)
                                    .flatMap(ApiTest::leaks)
                                    .sorted())
                            .isEmpty()));
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ApiTest::isPublic).orElse(true);
  }

  private static boolean isWritten(JavaCodeUnit method) {
    Set<JavaModifier> modifiers = method.getModifiers();
    return modifiers.contains(JavaModifier.PUBLIC) && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  private static Stream<String> leaks(JavaCodeUnit method) {
    return Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream())
        .map(JavaType::getAllInvolvedRawTypes)
        .flatMap(Set::stream)
        .map(JavaClass::getBaseComponentType)
        .filter(type -> !isAllowed(type))
        .map(type -> method.getFullName() + " names " + type.getName());
  }

  private static boolean isAllowed(JavaClass type) {
    String name = type.getPackageName();
    return name.equals("dev.sana4j.tensor")
        ? OF_TENSOR.contains(type.getSimpleName())
        : type.isPrimitive() || name.startsWith("java.") || API_PACKAGES.contains(name);
  }
}
