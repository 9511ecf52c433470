package dev.sana4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignQuantizationTest {
  @TempDir private Path folder;

  private ConfigFile config(String json) {
    return ConfigFile.read(UntrustedFile.write(folder.resolve("config.json"), json));
  }

  @ParameterizedTest
  @CsvSource({"bitsandbytes", "gptq", "torchao", "quanto"})
  void theConfigNamesTheProgram(String method) {
    ConfigFile config =
        config("{\"quantization_config\":{\"quant_method\":\"%s\"}}".formatted(method));
    assertThatThrownBy(() -> ForeignQuantization.refuse(config))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("quantized with " + method, "config.json", "sana quantize");
  }

  @Test
  void aConfigOfBitsandbytesWithoutAMethodIsRecognized() {
    ConfigFile config = config("{\"quantization_config\":{\"load_in_8bit\":true}}");
    assertThatThrownBy(() -> ForeignQuantization.refuse(config))
        .hasMessageContaining("quantized with bitsandbytes");
  }

  @Test
  void anOrdinaryConfigAndOneOfSana4jAreAccepted() {
    assertThatCode(() -> ForeignQuantization.refuse(config("{\"quantization\":\"int8\"}")))
        .doesNotThrowAnyException();
    assertThatCode(() -> ForeignQuantization.refuse(config("{\"quantization_config\":null}")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "proj.weight.absmax, bitsandbytes",
    "proj.SCB, bitsandbytes",
    "proj.qzeros, GPTQ or AWQ",
    "proj.wscales, Nunchaku",
    "proj.weight._data, quanto",
  })
  void tensorsNameTheProgram(String tensor, String program) {
    Path file = folder.resolve("m.safetensors");
    try (Tensor one = Tensors.full(1, DType.FLOAT32, Device.CPU, 1)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("bias", one);
      tensors.put(tensor, one);
      SafetensorsWriter.write(file, tensors, Map.of());
    }
    assertThatThrownBy(
            () ->
                Weights.open(
                    folder,
                    "m",
                    DType.FLOAT32,
                    Device.CPU,
                    Storage.CONVERTED,
                    weights -> List.of(weights.parameter("bias", 1))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(file.toString(), "quantized with " + program);
  }

  @Test
  void otherTensorsAreOfNoProgram() {
    assertThat(ForeignQuantization.problem("m", List.of("a.weight", "a.weight_scale"))).isEmpty();
  }
}
