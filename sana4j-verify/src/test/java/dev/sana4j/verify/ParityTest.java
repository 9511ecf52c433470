package dev.sana4j.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** One test per reference case; the cases are in the folder named by {@code sana4j.reference}. */
@Tag("numeric")
class ParityTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("sana4j.reference", "src/test/resources/reference"));

  @TestFactory
  Stream<DynamicNode> float32IsWithinTheBounds() {
    return tests(DType.FLOAT32);
  }

  @TestFactory
  Stream<DynamicNode> bfloat16IsWithinTheBounds() {
    return tests(DType.BFLOAT16);
  }

  private static Stream<DynamicNode> tests(DType dtype) {
    return Verification.discover(REFERENCE, dtype, Device.CPU).groups().stream()
        .flatMap(group -> group.run().stream())
        .map(
            result ->
                DynamicTest.dynamicTest(
                    result.name(),
                    () ->
                        assertThat(result.relativeError())
                            .as(result.name())
                            .isLessThanOrEqualTo(result.bound())));
  }
}
