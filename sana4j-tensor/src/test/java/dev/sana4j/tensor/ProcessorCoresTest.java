package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProcessorCoresTest {
  private static final String ANY = "";

  /** The listing of Linux, where the second half are the second threads of the cores. */
  private static String processors(int sockets, int coresOfEach, int threads) {
    return IntStream.range(0, sockets * coresOfEach * threads)
        .mapToObj(
            number ->
                """
                processor\t: %d
                model name\t: A processor
                physical id\t: %d
                siblings\t: 4
                core id\t\t: %d
                flags\t\t: fpu avx2
                power management:
                """
                    .formatted(number, number / coresOfEach % sockets, number % coresOfEach))
        .collect(Collectors.joining("\n"));
  }

  private static String allowed(String list) {
    return "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t" + list + "\nMems_allowed:\t1\n";
  }

  @Test
  void twoThreadsOfACoreAreOneCore() {
    assertThat(ProcessorCores.count(processors(1, 4, 2), ANY, 8)).isEqualTo(4);
  }

  @Test
  void coresOfTwoSocketsWithTheSameNumberAreDifferent() {
    assertThat(ProcessorCores.count(processors(2, 4, 2), ANY, 16)).isEqualTo(8);
  }

  @Test
  void onlyProcessorsOfThisProcessCount() {
    String eight = processors(1, 8, 2);
    assertThat(ProcessorCores.count(eight, allowed("0-2,8"), 4)).isEqualTo(3);
    assertThat(ProcessorCores.count(eight, allowed("5"), 1)).isEqualTo(1);
    assertThat(ProcessorCores.count(eight, allowed("0-15"), 16)).isEqualTo(8);
  }

  @Test
  void aContainersLimitIsNotExceeded() {
    assertThat(ProcessorCores.count(processors(1, 8, 2), allowed("0-15"), 3)).isEqualTo(3);
  }

  @Test
  void processorsThatSayNoCoreAreCoresThemselves() {
    String arm = "processor\t: 0\nBogoMIPS\t: 50\n\nprocessor\t: 1\nBogoMIPS\t: 50\n";
    assertThat(ProcessorCores.count(arm, ANY, 2)).isEqualTo(2);
  }

  @Test
  void aListThatNamesNoProcessorsLeavesWhatJavaCounts() {
    assertThat(ProcessorCores.count("Hardware\t: unknown\n", ANY, 4)).isEqualTo(4);
    assertThat(ProcessorCores.count("", allowed("none"), 0)).isEqualTo(1);
  }

  @Test
  void aNumberOfThreadsInTheEnvironmentIsLeftAsLibtorchReadsIt() {
    assumeTrue(Files.isReadable(Path.of("/proc/cpuinfo")));
    assertThat(ProcessorCores.threads(Map.of("OMP_NUM_THREADS", "3"))).hasValue(Libtorch.threads());
    assertThat(ProcessorCores.threads(Map.of()).orElseThrow())
        .isBetween(1, Runtime.getRuntime().availableProcessors());
  }
}
