package dev.sana4j.train.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodersTest {
  private static final Path MODEL =
      Path.of("../sana4j-verify/src/test/resources/reference/pipelines/tiny-sana");

  /** The empty caption has fewer positions than one with an instruction. */
  @Test
  void captionsThatAreEncodedTogetherAreThoseEncodedAlone() {
    List<String> captions = List.of("a cat", "", "a red circle left of a blue square");
    var text = new Encoders.Text(MODEL, true, 16);
    try (var encoders = new Encoders(MODEL.resolve("vae"), text, DType.FLOAT32, Device.CPU)) {
      TensorScope.run(
          () -> {
            List<Tensor> together = encoders.captions(captions);
            for (int i = 0; i < captions.size(); i++) {
              Tensor alone = encoders.captions(List.of(captions.get(i))).get(0);
              assertThat(together.get(i).shape()).isEqualTo(alone.shape());
              assertThat(together.get(i).sub(alone).norm().item())
                  .isLessThan(1e-4 * alone.norm().item());
            }
          });
    }
  }
}
