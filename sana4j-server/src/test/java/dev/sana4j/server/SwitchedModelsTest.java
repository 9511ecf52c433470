package dev.sana4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.jobs.Client;
import dev.sana4j.server.jobs.EncodedImage;
import dev.sana4j.server.jobs.ImageGenerators.Usage;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobObserver;
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.JobService;
import dev.sana4j.server.jobs.JobService.Filters;
import dev.sana4j.server.jobs.JobSettings;
import dev.sana4j.server.jobs.ModelPool;
import dev.sana4j.server.jobs.PipelineModel;
import dev.sana4j.server.store.MemoryJobStore;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.LiveTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two small real models that take turns in memory that holds one of them. */
class SwitchedModelsTest {
  private static final Path PIPELINES =
      Path.of(
              System.getProperty(
                  "sana4j.reference", "../sana4j-verify/src/test/resources/reference"))
          .resolve("pipelines");
  private static final List<String> NAMES = List.of("tiny-sprint", "tiny-sana");
  private static final int IMAGES = 30;

  static {
    Libtorch.threads(1);
  }

  private static ModelConfig config(String name) {
    return ModelConfig.read(ModelFolder.open(PIPELINES.resolve(name)));
  }

  private static ModelPool pool() {
    List<PipelineModel> models =
        NAMES.stream()
            .map(name -> PipelineModel.of(name, config(name), DType.FLOAT32, Device.CPU))
            .toList();
    return new ModelPool(models, models.get(0).bytes(), (known, freed) -> List.of());
  }

  private static GenerationRequest request(String name) {
    ModelConfig config = config(name);
    int side = 4 * config.sizeStep();
    return config.request("a cat").size(new ImageSize(side, side)).steps(2).seed(5).build();
  }

  /** Returns the pixels that each pipeline generates without the others. */
  private static Map<String, byte[]> separate() {
    Map<String, byte[]> pixels = new HashMap<>();
    for (String name : NAMES) {
      try (SanaPipeline pipeline =
          SanaPipeline.builder(config(name).folder()).dtype(DType.FLOAT32).open()) {
        pixels.put(name, pipeline.generate(request(name)).get(0).pixels().rgb());
      }
    }
    return pixels;
  }

  private static EncodedImage image(JobService jobs, String name) throws InterruptedException {
    JobOrder order =
        new JobOrder(name, request(name), ImageFormat.PNG, 90, 0, Duration.ofMinutes(1), false);
    Job job = jobs.submit(order, new Client("anna"));
    assertThat(job.awaitEnd(Duration.ofMinutes(1))).isTrue();
    return job.state().images().get(0).heldFile();
  }

  @Test
  void eachImageIsThatOfItsModelAndMemoryStaysTheSame() throws IOException, InterruptedException {
    Map<String, byte[]> separate = separate();
    Map<String, Long> tensors = new HashMap<>();
    Random random = new Random(7);
    try (JobService jobs =
        JobService.start(
            pool(), Filters.NONE, JobSettings.standard(), new MemoryJobStore(), JobObserver.NONE)) {
      for (int i = 0; i < IMAGES; i++) {
        String name = NAMES.get(random.nextInt(2));
        byte[] file = image(jobs, name).bytes();
        assertThat(ImageFiles.read(ImageSource.of("image", file)).rgb())
            .isEqualTo(separate.get(name));
        long live = LiveTensors.count();
        assertThat(live).isEqualTo(tensors.getOrDefault(name, live));
        tensors.put(name, live);
      }
      Usage usage = jobs.models().usage();
      assertThat(usage.loaded()).isEqualTo(1);
      assertThat(usage.loads()).isGreaterThan(5).isEqualTo(usage.unloads() + 1);
    }
  }

  @Test
  void anImageTellsItsModel(@TempDir Path folder) throws IOException, InterruptedException {
    try (JobService jobs =
        JobService.start(
            pool(), Filters.NONE, JobSettings.standard(), new MemoryJobStore(), JobObserver.NONE)) {
      for (String name : NAMES) {
        Path png = folder.resolve(name + ".png");
        Files.write(png, image(jobs, name).bytes());
        assertThat(ImageProvenance.read(png).model()).isEqualTo(name);
        assertThat(ImageProvenance.read(png).request()).isEqualTo(request(name));
      }
    }
  }
}
