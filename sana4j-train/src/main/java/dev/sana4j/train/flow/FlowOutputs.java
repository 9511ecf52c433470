package dev.sana4j.train.flow;

import dev.sana4j.diffusion.FlowDpmSolver;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.DenoiserFactory;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.pipeline.model.SamplerConfig.Dpm;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.loop.SampleGrid;
import dev.sana4j.train.loop.SamplePrompts;
import java.nio.file.Path;
import java.util.List;

/**
 * Sample grids of a flow model in training, and its model folder.
 *
 * @param recipe prompts, steps, guidance, seed, size and shift of samples
 * @param autoencoder a {@code vae/} folder
 * @param titles prompts of the samples
 * @param writer writes the trained parts
 */
record FlowOutputs(FlowTraining recipe, Path autoencoder, List<String> titles, Writer writer) {

  /** Writes the trained parts into a folder. */
  interface Writer {
    void write(FlowTask task, Path folder);
  }

  FlowOutputs(FlowTraining recipe, Path autoencoder, FlowSource source, Writer writer) {
    this(recipe, autoencoder, SamplePrompts.of(recipe.run(), source.cache()), writer);
  }

  /** A whole model: the trained transformer and unchanged other parts. */
  static FlowOutputs model(
      FlowTraining recipe, Path autoencoder, FlowSource source, boolean instruction) {
    return new FlowOutputs(
        recipe,
        autoencoder,
        source,
        (task, folder) -> {
          Dpm sampler = new Dpm(recipe.flow().shift(), 2);
          ModelFolderWriter.write(folder, sampler, instruction, task.network(), autoencoder);
          task.text().write(folder);
        });
  }

  List<RgbImage> samples(FlowTask task) {
    RunRecipe run = recipe.run();
    TextSource text = task.text();
    DenoiserFactory denoisers = new DenoiserFactory(task.network(), task.device());
    return SampleGrid.of(
        new SampleGrid.Settings(
            autoencoder,
            titles,
            recipe.data().resolution(),
            run.seed(),
            new FlowDpmSolver(run.sampleSteps(), recipe.flow().shift(), 2)),
        denoisers,
        prompt -> denoisers.guided(text.text(""), text.text(prompt), run.sampleGuidance()));
  }
}
