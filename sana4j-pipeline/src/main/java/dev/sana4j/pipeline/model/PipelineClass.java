package dev.sana4j.pipeline.model;

import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import java.util.List;
import java.util.Map;

/**
 * The pipeline class in {@code model_index.json}. {@code save_pretrained} of diffusers writes the
 * class it was called on, so one model has several: those of image to image or of perturbed
 * attention have the parts of the pipelines for text to image.
 */
final class PipelineClass {
  private static final String SANA = "SanaPipeline";
  private static final String SPRINT = "SanaSprintPipeline";
  private static final String CONTROL = "SanaControlNetPipeline";
  private static final List<String> KNOWN = List.of(SANA, SPRINT, CONTROL);

  /** Classes of diffusers with the same parts. */
  private static final Map<String, String> EQUAL =
      Map.of("SanaSprintImg2ImgPipeline", SPRINT, "SanaPAGPipeline", SANA);

  private static final List<Part> PARTS =
      List.of(Part.SCHEDULER, Part.TEXT_ENCODER, Part.TOKENIZER, Part.TRANSFORMER, Part.VAE);

  private PipelineClass() {}

  /**
   * Checks the pipeline class of a model.
   *
   * @param folder the model
   * @param isSprint whether its transformer embeds the guidance scale
   * @return a line if the class is not one of those that sana4j names; otherwise nothing
   * @throws ModelException if the pipeline is not supported
   */
  static List<String> notes(ModelFolder folder, boolean isSprint) {
    String name = folder.pipelineClass();
    if (KNOWN.contains(name)) {
      return List.of();
    }
    String equal = EQUAL.get(name);
    if (equal == null && hasKnownParts(folder)) {
      equal = folder.has(Part.CONTROLNET) ? CONTROL : isSprint ? SPRINT : SANA;
    }
    if (equal == null) {
      throw refusal(folder);
    }
    return List.of("the pipeline " + name + " has the parts of " + equal + " and is used as one");
  }

  /**
   * Checks that a pipeline may be supported, before its parts are read.
   *
   * @param folder the model
   * @throws ModelException if it is another kind of pipeline
   */
  static void require(ModelFolder folder) {
    String name = folder.pipelineClass();
    if (!KNOWN.contains(name) && !EQUAL.containsKey(name) && !hasKnownParts(folder)) {
      throw refusal(folder);
    }
  }

  private static boolean hasKnownParts(ModelFolder folder) {
    List<String> known =
        List.of(Part.values()).stream().filter(folder::has).map(Part::folder).toList();
    return folder.pipelineClass().startsWith("Sana")
        && PARTS.stream().allMatch(folder::has)
        && known.containsAll(folder.parts())
        && List.of(Part.values()).stream().filter(folder::has).allMatch(folder::isSupported);
  }

  private static ModelException refusal(ModelFolder folder) {
    return new ModelException(
        folder.root()
            + ": the pipeline "
            + folder.pipelineClass()
            + " is not supported; use a folder of SanaPipeline, SanaSprintPipeline or"
            + " SanaControlNetPipeline");
  }
}
