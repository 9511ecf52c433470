package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.cli.DeviceOptions.Named;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.Device;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeviceOptionsTest {
  private static Device[] devices(String name, int workers) {
    Named named = Named.parse(name);
    return IntStream.range(0, workers)
        .mapToObj(worker -> named.of(worker, workers))
        .toArray(Device[]::new);
  }

  @Test
  void workersThatShareAMachineHaveAGpuEach() {
    assertThat(devices("CUDA", 3))
        .containsExactly(new Device("cuda", 0), new Device("cuda", 1), new Device("cuda", 2));
  }

  @Test
  void workersOnTheProcessorShareIt() {
    assertThat(devices("cpu", 2)).containsExactly(Device.CPU, Device.CPU);
  }

  @Test
  void aWorkerAloneHasTheGpuThatIsNamed() {
    assertThat(devices("cuda:3", 1)).containsExactly(new Device("cuda", 3));
    assertThat(devices("cuda", 1)).containsExactly(new Device("cuda", 0));
  }

  @Test
  void oneGpuForSeveralWorkersIsRefused() {
    assertThatThrownBy(() -> devices("cuda:0", 2))
        .isInstanceOf(RequestException.class)
        .hasMessage("--device cuda:0 is one GPU for 2 workers; --device cuda gives each its own");
  }
}
