package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.jobs.PipelineModel;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** New model folders of a server, with free memory that is made up. */
class OtherModelsTest {
  @TempDir private Path folder;

  private List<String> found(String dtype, long available, long freed) throws IOException {
    ComputeOptions compute = CommandLine.populateCommand(new ComputeOptions(), "--dtype", dtype);
    return new OtherModels(folder, compute, () -> available)
        .find(Set.of(), freed).stream()
            .map(model -> model.card().id() + " " + model.dtype())
            .toList();
  }

  private static long needed(Path model, DType dtype) {
    ModelConfig config = Models.config(model);
    return config.memory(config.request("an image", "another").build(), dtype);
  }

  @Test
  void theMemoryOfLoadedModelsCountsAsFree() throws IOException {
    Models.copy(Models.SPRINT, folder.resolve("new"));
    long needed = needed(Models.SPRINT, DType.BFLOAT16);
    assertThat(found("bfloat16", needed - 100, 99)).isEmpty();
    assertThat(found("bfloat16", needed - 100, 100)).containsExactly("new bfloat16");
  }

  @Test
  void unloadingFreesWhatIsNotMappedFromFiles() {
    PipelineModel converted =
        PipelineModel.of("new", Models.config(Models.SPRINT), DType.BFLOAT16, Device.CPU);
    PipelineModel mapped =
        PipelineModel.of("new", Models.config(Models.SPRINT), DType.FLOAT32, Device.CPU);
    assertThat(converted.freedBytes()).isPositive().isLessThanOrEqualTo(converted.bytes());
    assertThat(mapped.freedBytes()).isLessThan(mapped.bytes());
  }
}
