package dev.sana4j.pipeline.model;

import dev.sana4j.files.IoReason;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.weights.ConfigWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model index and the scheduler config of a model folder. */
public final class ModelIndex {
  private ModelIndex() {}

  /**
   * Writes {@code model_index.json} and {@code scheduler/}.
   *
   * @param model an existing folder
   * @param sampler the sampler, which also determines whether it is a Sprint model
   * @param instruction whether prompts follow the complex human instruction
   * @throws ModelException if the folder cannot be written
   */
  public static void write(Path model, SamplerConfig sampler, boolean instruction) {
    write(model, sampler, instruction, false);
  }

  /**
   * Writes {@code model_index.json} and {@code scheduler/} of a model that may have a ControlNet.
   *
   * @param model an existing folder
   * @param sampler the sampler, which also determines whether it is a Sprint model
   * @param instruction whether prompts follow the complex human instruction
   * @param controlNet whether the folder contains {@code controlnet/}
   * @throws ModelException if the folder cannot be written
   */
  public static void write(
      Path model, SamplerConfig sampler, boolean instruction, boolean controlNet) {
    boolean sprint = sampler.isConsistency();
    Map<String, Object> scheduler = sampler.settings();
    Map<String, Object> index = new LinkedHashMap<>();
    String pipeline = controlNet ? "SanaControlNetPipeline" : "SanaPipeline";
    index.put("_class_name", sprint ? "SanaSprintPipeline" : pipeline);
    index.put("complex_human_instruction", instruction);
    if (controlNet) {
      index.put("controlnet", List.of("diffusers", "SanaControlNetModel"));
    }
    index.put("scheduler", List.of("diffusers", String.valueOf(scheduler.get("_class_name"))));
    index.put("text_encoder", List.of("transformers", "Gemma2Model"));
    index.put("tokenizer", List.of("transformers", "GemmaTokenizerFast"));
    index.put("transformer", List.of("diffusers", "SanaTransformer2DModel"));
    index.put("vae", List.of("diffusers", "AutoencoderDC"));
    try {
      Path folder = Files.createDirectories(model.resolve(Part.SCHEDULER.folder()));
      ConfigWriter.write(folder.resolve("scheduler_config.json"), scheduler);
    } catch (IOException e) {
      throw new ModelException(model + " cannot be written: " + IoReason.of(e));
    }
    ConfigWriter.write(model.resolve("model_index.json"), index);
  }
}
