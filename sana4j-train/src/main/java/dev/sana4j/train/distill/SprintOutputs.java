package dev.sana4j.train.distill;

import dev.sana4j.diffusion.ConsistencySampler;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.DenoiserFactory;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.pipeline.model.SamplerConfig.Consistency;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Device;
import dev.sana4j.train.flow.SourceModel;
import dev.sana4j.train.flow.TextSource;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.loop.SampleGrid;
import java.nio.file.Path;
import java.util.List;

/** Sample grids of a student in training, and its model folder. */
final class SprintOutputs {
  private final SourceModel start;
  private final DistillRecipe recipe;
  private final List<String> prompts;

  SprintOutputs(SourceModel start, DistillRecipe recipe, List<String> prompts) {
    this.start = start;
    this.recipe = recipe;
    this.prompts = List.copyOf(prompts);
  }

  List<String> titles() {
    return prompts;
  }

  List<RgbImage> samples(TextSource text, SanaTransformer student, Device device) {
    double sigma = DistillRecipe.SIGMA_DATA;
    RunRecipe run = recipe.run();
    DenoiserFactory denoisers = new DenoiserFactory(student, device);
    return SampleGrid.of(
        new SampleGrid.Settings(
            start.autoencoder(),
            prompts,
            recipe.data().resolution(),
            run.seed(),
            ConsistencySampler.ofSteps(run.sampleSteps(), sigma)),
        denoisers,
        prompt -> denoisers.student(text.text(prompt), run.sampleGuidance(), sigma));
  }

  void write(Path folder, TextSource text, SanaTransformer student) {
    ModelFolderWriter.write(
        folder,
        new Consistency(DistillRecipe.SIGMA_DATA),
        start.config().instruction(),
        student,
        start.autoencoder());
    text.write(folder);
  }
}
