package dev.sana4j.train;

import dev.sana4j.data.LatentCache;
import dev.sana4j.hub.ModelFolder.Part;
import dev.sana4j.pipeline.ModelConfig;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.WorkerGroup;
import dev.sana4j.text.PromptTokenizer;
import dev.sana4j.train.Trainer.Place;
import java.nio.file.Path;
import java.util.List;

/** The model folder a training starts from, and what it keeps of it. */
record StartedModel(ModelConfig config) {

  Path folder() {
    return config.folder().root();
  }

  Path autoencoder() {
    return config.folder().path(Part.VAE);
  }

  Encoders encoders(FlowTraining recipe, Place place) {
    return new Encoders(
        autoencoder(),
        new Encoders.Text(folder(), config.instruction(), PromptTokenizer.DEFAULT_MAX_LENGTH),
        recipe.run().precision().dtype(),
        place.device());
  }

  void prepare(FlowTraining recipe, DataRecipe data, Place place) {
    try (Encoders encoders = encoders(recipe, place)) {
      FlowPreparation.cache(data, encoders, config.sizeStep(), place.listener());
    }
  }

  LatentCache cache(DataRecipe data, Encoders encoders) {
    return LatentCache.open(data.cache(), encoders.fingerprint());
  }

  FlowTask.Setup setup(
      FlowTraining recipe,
      SanaTransformer network,
      List<FlowTask.Source> sources,
      WorkerGroup workers,
      Place place) {
    return new FlowTask.Setup(
        network,
        sources,
        recipe.flow(),
        recipe.batch(),
        recipe.run().seed(),
        recipe.run().gradientCheckpointing(),
        workers.rank(),
        workers.size(),
        place.device());
  }

  /** A whole model: the trained transformer, and the other parts as they are. */
  FlowOutputs outputs(FlowTraining recipe, List<String> prompts) {
    return outputs(
        recipe,
        prompts,
        (task, target) -> {
          ModelFiles.writeIndex(target, recipe.flow().shift(), config.instruction());
          ModelFiles.writeTransformer(target, task.network());
          task.text().write(target);
          ModelFiles.copy(autoencoder(), target.resolve("vae"));
        });
  }

  FlowOutputs outputs(
      FlowTraining recipe, List<String> prompts, FlowOutputs.TransformerWriter writer) {
    return new FlowOutputs(
        new FlowOutputs.Settings(
            autoencoder(),
            recipe.run(),
            prompts,
            recipe.flow().shift(),
            recipe.data().resolution(),
            writer));
  }
}
