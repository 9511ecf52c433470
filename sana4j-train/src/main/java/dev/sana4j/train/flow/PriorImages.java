package dev.sana4j.train.flow;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.train.TrainingException;
import dev.sana4j.train.flow.FinetuneRecipe.Prior;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.loop.Trainer.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Images of a subject's class, made by the model itself before it is changed. */
final class PriorImages {
  private PriorImages() {}

  /** Makes those that are missing; an image counts when its caption is there too. */
  static void generate(ModelConfig model, Prior prior, RunRecipe run, Place place) {
    String prompt = prior.prompt();
    Path folder = prior.data().path();
    if (prompt == null || Files.exists(caption(folder, prior.images() - 1))) {
      return;
    }
    try (SanaPipeline pipeline =
        SanaPipeline.builder(model.folder())
            .dtype(run.precision().dtype(place))
            .device(place.device())
            .open()) {
      Files.createDirectories(folder);
      for (int i = 0; i < prior.images(); i++) {
        if (!Files.exists(caption(folder, i))) {
          generate(pipeline, prompt, run.seed() + i, folder, i);
        }
        place.listener().preparing("generating images of the class", i + 1, prior.images());
      }
    } catch (IOException e) {
      throw new TrainingException(folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void generate(
      SanaPipeline pipeline, String prompt, long seed, Path folder, int index) throws IOException {
    var request = pipeline.request(prompt).seed(seed).build();
    var made = pipeline.generate(request, GenerationListener.NONE).get(0);
    Path file = folder.resolve("prior-%05d.png".formatted(index));
    ImageFiles.write(made.pixels(), file, WriteOptions.REPLACE);
    Files.writeString(caption(folder, index), prompt);
  }

  private static Path caption(Path folder, int index) {
    return folder.resolve("prior-%05d.txt".formatted(index));
  }
}
