package dev.sana4j.document;

import dev.sana4j.recipe.Recipe;
import dev.sana4j.train.autoencoder.AutoencoderRecipe;
import dev.sana4j.train.distill.DistillRecipe;
import dev.sana4j.train.flow.BaseRecipe;
import dev.sana4j.train.flow.DataRecipe;
import dev.sana4j.train.flow.FinetuneRecipe;
import dev.sana4j.train.flow.FlowRecipe;
import dev.sana4j.train.flow.TeacherRecipe;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.train.text.TextTrainingRecipe;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every key of the training configs; blocks that several configs share have one table. */
final class ConfigReference {
  private static final String HEAD =
      """
      # Training configs

      For people who write a YAML config. Every key can also be set with `--set KEY=VALUE`.
      `sana COMMAND --print-config` prints the same as a commented file.

      A key without a default is required. Keys of a block are indented below its name in YAML.
      """;

  private static final Map<Class<?>, String> SHARED =
      Map.of(
          DataRecipe.class, "data",
          FlowRecipe.class, "flow",
          OptimizerRecipe.class, "optimizer",
          RunRecipe.class, "run");

  private ConfigReference() {}

  static String markdown() {
    Map<String, Class<? extends Record>> configs = new LinkedHashMap<>();
    configs.put("sana train autoencoder", AutoencoderRecipe.class);
    configs.put("sana train text", TextTrainingRecipe.class);
    configs.put("sana train base", BaseRecipe.class);
    configs.put("sana train teacher", TeacherRecipe.class);
    configs.put("sana distill", DistillRecipe.class);
    configs.put("sana finetune", FinetuneRecipe.class);
    configs.put("data", DataRecipe.class);
    configs.put("flow", FlowRecipe.class);
    configs.put("optimizer", OptimizerRecipe.class);
    configs.put("run", RunRecipe.class);
    var text = new StringBuilder(HEAD);
    configs.forEach(
        (name, type) ->
            text.append("\n## ").append(name).append("\n\n").append(Recipe.markdown(type, SHARED)));
    return text.toString();
  }
}
