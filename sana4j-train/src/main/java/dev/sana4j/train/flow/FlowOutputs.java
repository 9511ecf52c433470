package dev.sana4j.train.flow;

import dev.sana4j.diffusion.ClassifierFreeGuidance;
import dev.sana4j.diffusion.Denoiser;
import dev.sana4j.diffusion.FlowDpmSolver;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.train.Seeds;
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
    return SampleGrid.of(
        new SampleGrid.Settings(
            settings.autoencoder(),
            settings.prompts(),
            settings.resolution(),
            task.network().dtype(),
            task.device()),
        (prompt, index, side) ->
            sampler(task.text(), task.network(), prompt, index, side, task.device()));
  }

  private Tensor sampler(
      TextSource text, SanaTransformer network, String prompt, int index, int side, Device device) {
    RunRecipe run = settings.run();
    PromptEmbedding both = paired(text.text(""), text.text(prompt));
    Denoiser denoiser =
        ClassifierFreeGuidance.of(bound(network, both, device), run.sampleGuidance());
    var solver = new FlowDpmSolver(run.sampleSteps(), settings.shift(), 2);
    try (Generator generator = new Generator(Seeds.of(run.seed(), index, "sample"))) {
      Tensor noise = generator.normal(1, network.config().inChannels(), side, side).to(device);
      return solver.sample(
          denoiser, noise, () -> generator.normal(noise.shape()).to(device), step -> true);
    }
  }

  private static Denoiser bound(SanaTransformer network, PromptEmbedding text, Device device) {
    DType dtype = network.dtype();
    double scale = network.config().timestepScale();
    return (latents, time) ->
        network
            .apply(
                new SanaInput(
                    latents.to(dtype),
                    text.states().to(device).to(dtype),
                    text.mask().to(device),
                    Tensors.full(time * scale, DType.FLOAT32, device, latents.size(0)),
                    null,
                    null))
            .narrow(1, 0, network.config().inChannels())
            .to(DType.FLOAT32);
  }

  /** The empty text first, both padded to one length. */
  private static PromptEmbedding paired(PromptEmbedding empty, PromptEmbedding prompt) {
    long length = Math.max(empty.states().size(1), prompt.states().size(1));
    return new PromptEmbedding(
        Tensors.cat(List.of(longer(empty.states(), length), longer(prompt.states(), length)), 0),
        Tensors.cat(List.of(longerMask(empty, length), longerMask(prompt, length)), 0));
  }

  private static Tensor longer(Tensor states, long length) {
    return Functional.pad(states, 0, 0, 0, 0, length - states.size(1));
  }

  private static Tensor longerMask(PromptEmbedding text, long length) {
    return Functional.pad(text.mask().to(DType.FLOAT32), 0, 0, length - text.mask().size(1));
  }

  @Override
  public void write(FlowTask task, Path folder) {
    settings.writer().write(task, folder);
  }
}
