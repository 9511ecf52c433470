package dev.sana4j.train.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.DryRun;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stages of a generation with shapes only: all samplers, tasks and kinds of models. */
class PipelineOnDeviceTest {
  private static final Path REFERENCE =
      Path.of("../sana4j-verify/src/test/resources/reference/pipelines");

  private static ModelConfig config(String name) {
    return ModelConfig.read(ModelFolder.open(REFERENCE.resolve(name)));
  }

  private static GenerationRequest.Builder quick(ModelConfig config, Task task) {
    int side = 4 * config.sizeStep();
    return config
        .request(task, "a red circle")
        .size(new ImageSize(side, side))
        .binning(GenerationRequest.Binning.OFF)
        .steps(3)
        .maxSequenceLength(8);
  }

  private static RgbImage image(ModelConfig config) {
    int side = 4 * config.sizeStep();
    byte[] white = new byte[3 * side * side];
    Arrays.fill(white, (byte) 255);
    return RgbImage.of(side, side, white);
  }

  /** Runs all stages of a request twice, and checks the copies of the second time. */
  private static void check(ModelConfig config, GenerationRequest request) {
    try (DryRun run = DryRun.start();
        SanaModel model = SanaModel.load(config, DType.BFLOAT16, DryRun.DEVICE)) {
      for (int i = 0; i < 2; i++) {
        boolean first = i == 0;
        TensorScope.run(() -> stages(run, model, request, first));
      }
    }
  }

  private static HostCopies encoding(Task task) {
    if (task instanceof Task.Inpaint) {
      return HostCopies.ENCODE_WITH_MASK;
    }
    return task.inputs().isEmpty() ? HostCopies.ENCODE : HostCopies.ENCODE_WITH_IMAGE;
  }

  private static void stages(
      DryRun run, SanaModel model, GenerationRequest request, boolean isFirst) {
    model.prepare(request);
    run.restart();
    SanaModel.Condition condition = model.encode(request);
    if (!isFirst) {
      encoding(request.task()).check(run);
    }
    run.restart();
    Tensor latents =
        model.denoise(
            request,
            condition,
            step -> {
              (step.index() == 0 ? HostCopies.FIRST_STEP : HostCopies.STEP).check(run);
              run.restart();
              return true;
            });
    HostCopies.END_OF_STEPS.check(run);
    run.restart();
    Tensor decoded = model.decode(request, latents);
    List<RgbImage> images = List.of(Pixels.toImage(decoded.narrow(0, 0, 1), request.size()));
    assertThat(images.get(0).width()).isEqualTo(request.size().width());
    HostCopies.DECODE.check(run);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sana", "tiny-sprint", "tiny-teacher"})
  void textToImage(String name) {
    ModelConfig config = config(name);
    check(config, quick(config, Task.textToImage()).build());
  }

  @Test
  void withoutGuidanceInTiles() {
    ModelConfig config = config("tiny-sana");
    check(config, quick(config, Task.textToImage()).guidance(1).tiledDecoding(true).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sana", "tiny-sprint"})
  void imageToImage(String name) {
    ModelConfig config = config(name);
    check(config, quick(config, Task.imageToImage(image(config), 0.9)).build());
  }

  @Test
  void inpainting() {
    ModelConfig config = config("tiny-sprint");
    RgbImage image = image(config);
    check(config, quick(config, Task.inpaint(image, image, 0.9)).build());
  }
}
