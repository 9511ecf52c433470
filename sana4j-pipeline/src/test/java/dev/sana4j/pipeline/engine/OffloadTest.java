package dev.sana4j.pipeline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.diffusion.SamplingCancelledException;
import dev.sana4j.pipeline.TinyModel;
import dev.sana4j.pipeline.model.DevicePlan;
import dev.sana4j.pipeline.model.DeviceSizes;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.Execution;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationListener.Stage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Offload;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.DryRun;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans that are carried out keep their memory, on a device of shapes only. */
class OffloadTest {
  private static final ModelConfig CONFIG = TinyModel.SANA.config();
  private static final GenerationRequest REQUEST = TinyModel.SANA.quick("a red circle").build();

  private static void generate(SanaModel model) {
    TensorScope.run(
        () -> {
          SanaModel.Condition condition = model.encode(REQUEST);
          var unused = model.decode(REQUEST, model.denoise(REQUEST, condition, step -> true));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, false",
    "NONE, true",
    "TEXT_AFTER_USE, false",
    "TEXT_ON_CPU, false",
    "TEXT_ON_CPU, true"
  })
  void aGenerationStaysBelowTheMemoryOfItsPlan(Offload text, boolean tiled) {
    DeviceSizes sizes = DeviceMeter.of(CONFIG, REQUEST, DType.FLOAT32);
    DevicePlan plan = DevicePlan.of(sizes, text, tiled);
    try (DryRun run = DryRun.start();
        SanaModel model =
            SanaModel.load(CONFIG, DType.FLOAT32, DryRun.DEVICE, Execution.FAST, plan)) {
      generate(model);
      run.restart();
      generate(model);
      assertThat(run.peak()).isBetween((plan.peak() - DevicePlan.RESERVE) / 2, plan.peak());
    }
  }

  @Test
  void theTextEncoderLeavesTheDeviceAfterUse() {
    DeviceSizes sizes = DeviceMeter.of(CONFIG, REQUEST, DType.FLOAT32);
    DevicePlan plan = DevicePlan.of(sizes, Offload.TEXT_AFTER_USE, false);
    try (DryRun run = DryRun.start();
        SanaModel model =
            SanaModel.load(CONFIG, DType.FLOAT32, DryRun.DEVICE, Execution.FAST, plan)) {
      long all = run.bytes();
      generate(model);
      assertThat(run.bytes()).isEqualTo(all - sizes.textWeights());
      generate(model);
      assertThat(run.bytes()).isEqualTo(all - sizes.textWeights());
    }
  }

  @Test
  void theTextEncoderStaysOnTheDeviceBetweenTheTextsOfABatch() {
    DevicePlan plan = new DevicePlan(Offload.TEXT_AFTER_USE, false, 0);
    try (DryRun run = DryRun.start();
        SanaModel model =
            SanaModel.load(CONFIG, DType.FLOAT32, DryRun.DEVICE, Execution.FAST, plan)) {
      long all = run.bytes();
      List<Long> bytes = new ArrayList<>();
      GenerationListener listener =
          progress -> {
            bytes.add(run.bytes());
            return progress.stage() == Stage.ENCODE; // cancels the first step
          };
      RequestBatch batch = new RequestBatch(model, List.of(REQUEST, REQUEST), listener);
      assertThatThrownBy(batch::make).isInstanceOf(SamplingCancelledException.class);
      assertThat(bytes.subList(0, 2)).allMatch(texts -> texts >= all);
      assertThat(run.bytes()).isLessThan(all);
    }
  }

  @Test
  void aTextEncoderThatIsOpenedAgainChangesNothing() {
    DevicePlan plan = new DevicePlan(Offload.TEXT_AFTER_USE, false, 0);
    try (SanaModel model = SanaModel.load(CONFIG, DType.FLOAT32, Device.CPU, Execution.FAST, plan);
        SanaModel kept = SanaModel.load(CONFIG, DType.FLOAT32, Device.CPU)) {
      TensorScope.run(
          () -> {
            float[] expected = kept.encode(REQUEST).prompt().states().toFloats();
            assertThat(model.encode(REQUEST).prompt().states().toFloats()).isEqualTo(expected);
            assertThat(model.encode(REQUEST).prompt().states().toFloats()).isEqualTo(expected);
          });
    }
  }
}
