package dev.sana4j.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.LatentBestOf.Kept;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatentBestOfTest {
  @Test
  void decodesOnlyTheLatentsWithTheHighestScore() {
    ModelConfig config = ModelConfig.read(ModelFolder.open(References.path("pipelines/tiny-sana")));
    GenerationRequest request = config.request("a cat").steps(1).seed(5).build();
    List<Double> means = new ArrayList<>();
    LatentJudge third =
        (prompt, latents) -> {
          means.add(latents.mean().item());
          return means.size() == 3 ? 1 : 0;
        };
    try (SanaModel model = SanaModel.load(config, DType.FLOAT32, Device.CPU)) {
      Kept kept = new LatentBestOf(third, 4).choose(model, request);
      assertThat(kept.seed()).isEqualTo(7);
      assertThat(means).hasSize(4).doesNotHaveDuplicates();
      RgbImage alone =
          new LatentBestOf((prompt, latents) -> 0, 1)
              .choose(model, request.toBuilder().seed(7).build())
              .image();
      assertThat(kept.image().rgb()).isEqualTo(alone.rgb());
    }
  }
}
