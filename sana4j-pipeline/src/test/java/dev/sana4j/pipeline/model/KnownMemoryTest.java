package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.hub.KnownModel;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.source.KnownMemory;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.ConfigWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of the memory of published models, with files of their sizes that contain no data. */
class KnownMemoryTest {
  private static final double GIB = 1L << 30;
  private static final int PIXELS = 32;
  private static final long TOKENIZER_BYTES = 34_362_873;
  private static final long TEXT_ENCODER = 2_614_341_888L;
  private static final long AUTOENCODER = 312_250_275L;

  @TempDir private Path folder;

  static Stream<KnownModel> models() {
    return KnownModel.family().stream().filter(model -> KnownMemory.of(model).isPresent());
  }

  @ParameterizedTest
  @MethodSource("models")
  void theTableHasTheMemoryThatARequestIsCheckedWith(KnownModel model) throws IOException {
    KnownMemory known = KnownMemory.of(model).orElseThrow();
    ModelConfig config = write(model);
    assertThat(known.float32()).isEqualTo(needed(config, DType.FLOAT32), within(0.06));
    assertThat(known.bfloat16()).isEqualTo(needed(config, DType.BFLOAT16), within(0.06));
    assertThat(known.int8()).isEqualTo(needed(config, DType.INT8), within(0.06));
    GenerationRequest small =
        config.request("an image").size(new ImageSize(256, 256)).tiledDecoding(true).build();
    double least =
        Stream.of(DType.FLOAT32, DType.BFLOAT16, DType.INT8)
            .mapToDouble(dtype -> MemoryCheck.peak(config, small, dtype) / GIB)
            .min()
            .orElseThrow();
    assertThat(known.least()).isEqualTo(least, within(0.06));
  }

  private static double needed(ModelConfig config, DType dtype) {
    return MemoryCheck.peak(config, config.request("an image").build(), dtype) / GIB;
  }

  private ModelConfig write(KnownModel model) throws IOException {
    ModelIndex.write(folder, SamplerConfig.publicFlow(), true);
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    sparse(tokenizer.resolve("tokenizer.json"), new byte[0], TOKENIZER_BYTES);
    SanaConfig transformer = transformer(model);
    boolean half = KnownMemory.isHalf(model);
    weights(Part.TRANSFORMER, half ? "BF16" : "F32", half ? 2 : 4, parameters(model));
    weights(Part.TEXT_ENCODER, "BF16", 2, TEXT_ENCODER);
    weights(Part.VAE, "F32", 4, AUTOENCODER);
    ConfigWriter.write(folder.resolve("transformer/config.json"), transformer.settings());
    ConfigWriter.write(
        folder.resolve("text_encoder/config.json"), GemmaConfig.gemma2b().settings());
    ConfigWriter.write(folder.resolve("vae/config.json"), AutoencoderConfig.f32c32().settings());
    return ModelConfig.read(ModelFolder.open(folder));
  }

  private static long parameters(KnownModel model) {
    return switch (model.parameters()) {
      case "0.6B" -> 591_876_896L;
      case "1.6B" -> 1_604_641_952L;
      default -> 4_721_825_952L;
    };
  }

  private static SanaConfig transformer(KnownModel model) {
    boolean small = model.parameters().equals("0.6B");
    int layers = small ? 28 : model.parameters().equals("1.6B") ? 20 : 60;
    return new SanaConfig(
        32,
        32,
        layers,
        small ? 36 : 70,
        32,
        small ? 16 : 20,
        small ? 72 : 112,
        2304,
        2.5,
        false,
        model.resolution() / PIXELS,
        1,
        false,
        1e-6,
        0,
        false,
        0.1,
        true,
        1.0);
  }

  private void weights(Part part, String dtype, int bytes, long elements) throws IOException {
    Path inside = Files.createDirectories(folder.resolve(part.folder()));
    String header =
        "{\"x\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(dtype, elements, elements * bytes);
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer start = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(text.length).put(text);
    sparse(
        inside.resolve(part.weights() + ".safetensors"),
        start.array(),
        start.capacity() + elements * bytes);
  }

  private static void sparse(Path file, byte[] start, long size) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(start);
      out.setLength(size);
    }
  }
}
