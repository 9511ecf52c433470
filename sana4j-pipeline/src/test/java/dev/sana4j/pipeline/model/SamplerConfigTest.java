package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerConfigTest {
  @TempDir private Path folder;

  private SamplerConfig changed(TinyModel model, Consumer<ObjectNode> change) throws IOException {
    Path copy = model.copyTo(folder);
    TinyModel.edit(copy.resolve("scheduler/scheduler_config.json"), change);
    return SamplerConfig.read(ModelFolder.open(copy));
  }

  private void assertRefused(TinyModel model, String key, String value) throws IOException {
    var json = new ObjectMapper().readTree(value);
    assertThatThrownBy(() -> changed(model, config -> config.set(key, json)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(json.asText())
        .hasMessageContaining("not supported");
  }

  @Test
  void theClassInTheConfigDecides() {
    assertThat(TinyModel.SANA.config().sampler()).isInstanceOf(SamplerConfig.Dpm.class);
    assertThat(TinyModel.TEACHER.config().sampler()).isInstanceOf(SamplerConfig.Euler.class);
    assertThat(TinyModel.SPRINT.config().sampler()).isInstanceOf(SamplerConfig.Consistency.class);
  }

  @Test
  void settingsAreReadFromTheConfig() throws IOException {
    assertThat(changed(TinyModel.SANA, c -> c.put("flow_shift", 5.5).put("solver_order", 1)))
        .isEqualTo(new SamplerConfig.Dpm(5.5, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "prediction_type, '\"epsilon\"'",
    "algorithm_type, '\"sde-dpmsolver++\"'",
    "solver_type, '\"heun\"'",
    "final_sigmas_type, '\"sigma_min\"'",
    "use_flow_sigmas, false",
    "use_karras_sigmas, true",
    "use_exponential_sigmas, true",
    "use_beta_sigmas, true",
    "use_lu_lambdas, true",
    "use_dynamic_shifting, true",
    "thresholding, true",
    "num_train_timesteps, 500",
    "solver_order, 3",
    "flow_shift, 0",
    "flow_shift, -3",
  })
  void aDpmSolverOfAnotherKindIsRefusedByName(String key, String value) throws IOException {
    assertRefused(TinyModel.SANA, key, value);
  }

  @ParameterizedTest
  @CsvSource({
    "use_karras_sigmas, true",
    "use_exponential_sigmas, true",
    "use_beta_sigmas, true",
    "use_dynamic_shifting, true",
    "stochastic_sampling, true",
    "invert_sigmas, true",
    "num_train_timesteps, 999",
    "shift, 0",
  })
  void anEulerSolverOfAnotherKindIsRefusedByName(String key, String value) throws IOException {
    assertRefused(TinyModel.TEACHER, key, value);
  }

  @ParameterizedTest
  @CsvSource({"prediction_type, '\"epsilon\"'", "sigma_data, 0", "sigma_data, -0.5"})
  void aConsistencySamplerOfAnotherKindIsRefusedByName(String key, String value)
      throws IOException {
    assertRefused(TinyModel.SPRINT, key, value);
  }

  @Test
  void anUnknownSchedulerIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> changed(TinyModel.SANA, c -> c.put("_class_name", "DDIMScheduler")))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("DDIMScheduler", "DPMSolverMultistepScheduler", "SCMScheduler");
  }

  @Test
  void aSettingOfAnotherTypeIsRefusedWithItsFile() {
    assertThatThrownBy(() -> changed(TinyModel.SANA, c -> c.put("flow_shift", "three")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("scheduler_config.json", "flow_shift", "three");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void aSprintModelTakesAnyNumberOfSteps(int steps) {
    GenerationRequest request = TinyModel.SPRINT.quick("a cat").steps(steps).build();
    double[] times = TinyModel.SPRINT.config().sampler().sampler(request).times();
    assertThat(times).hasSize(steps);
    assertThat(times[0]).isGreaterThan(1.57);
    assertThat(Arrays.stream(times).boxed().toList())
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void aSprintModelTakesCustomTimes() {
    GenerationRequest request =
        TinyModel.SPRINT.quick("a cat").times(List.of(1.5, 1.0, 0.5, 0.0)).build();
    assertThat(TinyModel.SPRINT.config().sampler().sampler(request).times())
        .containsExactly(1.5, 1.0, 0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1.5,1.0", "1.0,1.0,0", "0.5,1.0,0", "2.0,0", "NaN,0", "1.5,NaN"})
  void timesThatDoNotFallToZeroAreRefused(String times) {
    List<Double> values = Arrays.stream(times.split(",", -1)).map(Double::valueOf).toList();
    assertThatThrownBy(
            () -> {
              GenerationRequest request = TinyModel.SPRINT.quick("a cat").times(values).build();
              TinyModel.SPRINT.config().sampler().check(request);
            })
        .isInstanceOf(RequestException.class);
  }

  @ParameterizedTest
  @CsvSource({"SANA", "TEACHER"})
  void aFlowModelTakesNoCustomTimes(TinyModel model) {
    GenerationRequest request = model.quick("a cat").times(List.of(1.5, 0.0)).build();
    assertThatThrownBy(() -> model.config().sampler().check(request))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("custom times need a Sprint model");
  }

  @Test
  void aWrittenIndexIsReadBackWithItsSampler() {
    List<SamplerConfig> samplers =
        List.of(
            new SamplerConfig.Dpm(2.5, 1),
            new SamplerConfig.Euler(4),
            new SamplerConfig.Consistency(0.25));
    for (SamplerConfig sampler : samplers) {
      ModelIndex.write(folder, sampler, false);
      ModelFolder model = ModelFolder.open(folder);
      assertThat(SamplerConfig.read(model)).isEqualTo(sampler);
      assertThat(model.instruction()).isFalse();
      assertThat(model.pipelineClass())
          .isEqualTo(
              sampler instanceof SamplerConfig.Consistency ? "SanaSprintPipeline" : "SanaPipeline");
    }
  }
}
