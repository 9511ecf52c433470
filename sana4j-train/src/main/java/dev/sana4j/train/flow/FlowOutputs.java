package dev.sana4j.train.flow;

import dev.sana4j.diffusion.FlowDpmSolver;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.DenoiserFactory;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.loop.SampleGrid;
import java.nio.file.Path;
import java.util.List;

/** Sample grids of a flow model in training, and the model folder it becomes. */
final class FlowOutputs implements FlowTask.Outputs {
  private final Settings settings;

  /**
   * What is needed beside the transformer and the text.
   *
   * @param autoencoder a {@code vae/} folder
   * @param run prompts, steps, guidance and seed of samples
   * @param prompts what samples show
   * @param shift of the sampler
   * @param resolution side of samples, in pixels
   * @param writer writes the transformer into the model folder, or adapters
   */
  record Settings(
      Path autoencoder,
      RunRecipe run,
      List<String> prompts,
      double shift,
      int resolution,
      TransformerWriter writer) {}

  /** Writes what was trained. */
  interface TransformerWriter {
    void write(FlowTask task, Path folder);
  }

  FlowOutputs(Settings settings) {
    this.settings = settings;
  }

  @Override
  public List<String> titles() {
    return settings.prompts();
  }

  @Override
  public List<RgbImage> samples(FlowTask task) {
    RunRecipe run = settings.run();
    TextSource text = task.text();
    DenoiserFactory denoisers = new DenoiserFactory(task.network(), task.device());
    return SampleGrid.of(
        new SampleGrid.Settings(
            settings.autoencoder(),
            settings.prompts(),
            settings.resolution(),
            run.seed(),
            new FlowDpmSolver(run.sampleSteps(), settings.shift(), 2)),
        denoisers,
        prompt -> denoisers.guided(text.text(""), text.text(prompt), run.sampleGuidance()));
  }

  @Override
  public void write(FlowTask task, Path folder) {
    settings.writer().write(task, folder);
  }
}
