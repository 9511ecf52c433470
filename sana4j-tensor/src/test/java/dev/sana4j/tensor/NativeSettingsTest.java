package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The settings of the process, with a C library that records its calls. */
class NativeSettingsTest {
  private final List<String> calls = new ArrayList<>();
  private int allocator = 1;

  private final NativeSettings.CLibrary library =
      new NativeSettings.CLibrary() {
        @Override
        public int setenv(String name, String value, int overwrite) {
          calls.add("setenv " + name + " " + value + " " + overwrite);
          return 0;
        }

        @Override
        public int mallopt(int parameter, int value) {
          calls.add("mallopt " + parameter + " " + value);
          return allocator;
        }
      };

  @Test
  void whatTheUserDidNotSetIsSet() {
    assertThat(new NativeSettings(Map.of(), true).apply(() -> library)).isNull();
    assertThat(calls)
        .containsExactly(
            "setenv OMP_WAIT_POLICY PASSIVE 0",
            "setenv OPENBLAS_THREAD_TIMEOUT 20 0",
            "mallopt -4 0",
            "mallopt -1 -1");
  }

  @Test
  void theVariablesOfTheUserStay() {
    Map<String, String> user = Map.of("OMP_WAIT_POLICY", "ACTIVE", "MALLOC_MMAP_MAX_", "65536");
    assertThat(new NativeSettings(user, true).apply(() -> library)).isNull();
    assertThat(calls).containsExactly("setenv OPENBLAS_THREAD_TIMEOUT 20 0", "mallopt -1 -1");
  }

  @Test
  void tunablesOfTheAllocatorStay() {
    Map<String, String> user = Map.of("GLIBC_TUNABLES", "glibc.malloc.mmap_max=8");
    assertThat(new NativeSettings(user, true).apply(() -> library)).isNull();
    assertThat(calls).noneMatch(call -> call.startsWith("mallopt"));
  }

  @Test
  void otherSystemsHaveNoAllocatorToSet() {
    assertThat(new NativeSettings(Map.of(), false).apply(() -> library)).isNull();
    assertThat(calls).hasSize(2);
  }

  @Test
  void nothingIsOpenedIfTheUserSetEverything() {
    Map<String, String> user =
        Map.of(
            "OMP_WAIT_POLICY", "PASSIVE",
            "OPENBLAS_THREAD_TIMEOUT", "20",
            "MALLOC_MMAP_MAX_", "0",
            "MALLOC_TRIM_THRESHOLD_", "4294967296");
    assertThat(
            new NativeSettings(user, true)
                .apply(
                    () -> {
                      throw new AssertionError("the C library was opened");
                    }))
        .isNull();
  }

  @Test
  void aLibraryThatCannotBeOpenedIsReportedInOneLineWithTheVariables() {
    String line =
        new NativeSettings(Map.of("OMP_WAIT_POLICY", "PASSIVE"), true)
            .apply(
                () -> {
                  throw new UnsatisfiedLinkError("musl\nhas no mallopt");
                });
    assertThat(line)
        .hasLineCount(1)
        .contains("musl", "OPENBLAS_THREAD_TIMEOUT=20", "MALLOC_MMAP_MAX_=0")
        .contains("MALLOC_TRIM_THRESHOLD_=4294967296", "sana4j.native.settings")
        .doesNotContain("OMP_WAIT_POLICY");
  }

  @Test
  void aRefusedSettingIsReported() {
    allocator = 0;
    assertThat(new NativeSettings(Map.of(), true).apply(() -> library)).contains("refused");
  }

  @Test
  void theLimitsOfJavaCppAreLiftedUnlessTheUserSetThem() {
    Properties properties = new Properties();
    properties.setProperty("org.bytedeco.javacpp.maxBytes", "1000");
    NativeSettings.javaLimits(properties);
    assertThat(properties)
        .containsEntry("org.bytedeco.javacpp.maxBytes", "1000")
        .containsEntry("org.bytedeco.javacpp.maxPhysicalBytes", "0");
  }
}
