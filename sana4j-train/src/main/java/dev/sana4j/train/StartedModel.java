package dev.sana4j.train;

import dev.sana4j.data.LatentCache;
import dev.sana4j.hub.ModelFolder.Part;
import dev.sana4j.pipeline.ModelConfig;
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
        recipe.run().precision().dtype(place),
        place.device());
  }

  void prepare(FlowTraining recipe, DataRecipe data, Place place) {
    try (Encoders encoders = encoders(recipe, place)) {
      FlowPreparation.cache(data, encoders, config.sizeStep(), place.listener());
    }
  }

  /** Pictures, and the text of the frozen encoder; without prompts of the config, of the data. */
  FlowSource source(FlowTraining recipe, DataRecipe data, double weight, Encoders encoders) {
    LatentCache cache = LatentCache.open(data.cache(), encoders.fingerprint());
    try {
      List<String> prompts = FlowPreparation.prompts(recipe.run(), cache);
      var text = FlowPreparation.frozenText(cache, folder(), prompts, encoders);
      return new FlowSource(cache, text, data.captions(), weight);
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /** A whole model: the trained transformer, and the other parts as they are. */
  FlowOutputs outputs(FlowTraining recipe, FlowSource source) {
    return outputs(
        recipe,
        source,
        (task, target) -> {
          ModelFiles.writeIndex(target, recipe.flow().shift(), config.instruction());
          ModelFiles.writeTransformer(target, task.network());
          task.text().write(target);
          ModelFiles.copy(autoencoder(), target.resolve("vae"));
        });
  }

  FlowOutputs outputs(
      FlowTraining recipe, FlowSource source, FlowOutputs.TransformerWriter writer) {
    return new FlowOutputs(
        new FlowOutputs.Settings(
            autoencoder(),
            recipe.run(),
            FlowPreparation.prompts(recipe.run(), source.cache()),
            recipe.flow().shift(),
            recipe.data().resolution(),
            writer));
  }
}
