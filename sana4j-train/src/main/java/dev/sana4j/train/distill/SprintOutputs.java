package dev.sana4j.train.distill;

import dev.sana4j.diffusion.ConsistencySampler;
import dev.sana4j.diffusion.Denoiser;
import dev.sana4j.diffusion.TrigFlow;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.pipeline.request.ModelIndex;
import dev.sana4j.pipeline.request.SamplerConfig.Consistency;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.train.Seeds;
import dev.sana4j.train.flow.StartedModel;
import dev.sana4j.train.flow.TextSource;
import dev.sana4j.train.loop.ModelFiles;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.loop.SampleGrid;
import java.nio.file.Path;
import java.util.List;

/** Sample grids of a student in training, and the model folder it becomes. */
final class SprintOutputs {
  private final StartedModel start;
  private final DistillRecipe recipe;
  private final List<String> prompts;

  SprintOutputs(StartedModel start, DistillRecipe recipe, List<String> prompts) {
    this.start = start;
    this.recipe = recipe;
    this.prompts = List.copyOf(prompts);
  }

  List<String> titles() {
    return prompts;
  }

  List<RgbImage> samples(TextSource text, SanaTransformer student, Device device) {
    return SampleGrid.of(
        new SampleGrid.Settings(
            start.autoencoder(), prompts, recipe.data().resolution(), student.dtype(), device),
        (prompt, index, side) -> sample(text.text(prompt), student, index, side, device));
  }

  private Tensor sample(
      PromptEmbedding text, SanaTransformer student, int index, int side, Device device) {
    RunRecipe run = recipe.run();
    double sigma = DistillRecipe.SIGMA_DATA;
    var sampler = ConsistencySampler.ofSteps(run.sampleSteps(), sigma);
    Denoiser denoiser = TrigFlow.of(bound(student, text, run.sampleGuidance(), device), sigma);
    try (Generator generator = new Generator(Seeds.of(run.seed(), index, "sample"))) {
      Tensor noise = generator.normal(1, student.config().inChannels(), side, side).to(device);
      return sampler.sample(
          denoiser, noise, () -> generator.normal(noise.shape()).to(device), step -> true);
    }
  }

  private static Denoiser bound(
      SanaTransformer student, PromptEmbedding text, double guidance, Device device) {
    DType dtype = student.dtype();
    double scaled = guidance * student.config().guidanceScale();
    return (latents, time) ->
        student
            .apply(
                new SanaInput(
                    latents.to(dtype),
                    text.states().to(device).to(dtype),
                    text.mask().to(device),
                    Tensors.full(time, DType.FLOAT32, device, latents.size(0)),
                    Tensors.full(scaled, DType.FLOAT32, device, latents.size(0)),
                    null))
            .narrow(1, 0, student.config().inChannels())
            .to(DType.FLOAT32);
  }

  void write(Path folder, TextSource text, SanaTransformer student) {
    ModelIndex.write(
        folder, new Consistency(DistillRecipe.SIGMA_DATA), start.config().instruction());
    ModelFiles.writeTransformer(folder, student);
    text.write(folder);
    ModelFiles.copy(start.autoencoder(), folder.resolve("vae"));
  }
}
