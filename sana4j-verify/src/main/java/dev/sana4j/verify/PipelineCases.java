package dev.sana4j.verify;

import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.Execution;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Binning;
import dev.sana4j.pipeline.request.GenerationRequest.Noise;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.text.Tokenizer;
import dev.sana4j.verify.Reference.Machine;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Runs whole pipelines from prompt to image. */
final class PipelineCases {
  static final Set<String> TASKS = Set.of("text2img", "img2img", "controlnet");

  private PipelineCases() {}

  static void pipeline(
      Path model, Path cases, ConfigFile spec, Reference reference, Machine machine) {
    ModelConfig config = ModelConfig.read(ModelFolder.open(model));
    GenerationRequest request = request(spec, config).toBuilder().task(task(cases, spec)).build();
    Bounds bounds = machine.bounds();
    embeddings(config, request, reference, machine);
    if (machine.dtype() != DType.FLOAT32) {
      return; // guidance and steps amplify rounding errors beyond the bounds of networks
    }
    try (SanaModel network = SanaModel.load(config, machine.dtype(), machine.device())) {
      Tensor latents = network.denoise(request, network.encode(request), step -> true);
      if (reference.has("latents")) {
        reference.compare("latents", latents, bounds.latents());
      }
      List<Tensor> images = new ArrayList<>();
      for (int i = 0; i < request.images(); i++) {
        images.add(network.decode(request, latents.narrow(0, i, 1)));
      }
      reference.compareImage("image", Tensors.cat(images, 0), bounds.image());
    }
  }

  /** Compares embeddings; the plain execution also computes padding, like the reference. */
  private static void embeddings(
      ModelConfig config, GenerationRequest request, Reference reference, Machine machine) {
    try (SanaModel network =
        SanaModel.load(config, machine.dtype(), machine.device(), Execution.PLAIN)) {
      SanaModel.Condition condition = network.encode(request);
      compare(reference, "prompt", condition.prompt(), machine.bounds());
      if (condition.negative() != null) {
        compare(reference, "negative_prompt", condition.negative(), machine.bounds());
      }
    }
  }

  private static Task task(Path cases, ConfigFile spec) {
    if (spec.has("control_image")) {
      return Task.control(
          ImageFiles.read(cases.resolveSibling(spec.text("control_image"))),
          spec.number("controlnet_conditioning_scale", 1));
    }
    return spec.has("image")
        ? Task.imageToImage(
            ImageFiles.read(cases.resolveSibling(spec.text("image"))), spec.number("strength", 0.6))
        : Task.textToImage();
  }

  /** Reads a request; absent fields have the defaults of the reference pipelines. */
  private static GenerationRequest request(ConfigFile spec, ModelConfig config) {
    boolean binned = spec.flag("use_resolution_binning", true);
    return GenerationRequest.builder(spec.texts("prompts"))
        .negativePrompt(spec.text("negative_prompt", ""))
        .steps(spec.integer("steps", config.isSprint() ? 2 : 20))
        .guidance(spec.number("guidance_scale", 4.5))
        .seed((long) spec.number("seed", 0))
        .size(new ImageSize(spec.integer("width", 1024), spec.integer("height", 1024)))
        .imagesPerPrompt(spec.integer("num_images_per_prompt", 1))
        .noise(Noise.SHARED)
        .binning(binned ? Binning.ON : Binning.OFF)
        .maxSequenceLength(spec.integer("max_sequence_length", 300))
        .instruction(spec.flag("complex_human_instruction", true))
        .cleanCaption(spec.flag("clean_caption", false))
        .build();
  }

  /** Compares the token ids of all texts with the tiny vocabulary. */
  static void tokenizer(Path tokenizerJson, Path texts, Results results) {
    try (Tokenizer tokenizer = Tokenizer.load(tokenizerJson)) {
      int index = 0;
      for (ConfigFile text : ConfigFile.readList(texts)) {
        int[] expected = text.integers("ids").stream().mapToInt(Integer::intValue).toArray();
        boolean equal = Arrays.equals(tokenizer.encode(text.text("text")), expected);
        results.add("ids_" + index++, equal ? 0 : Double.POSITIVE_INFINITY, 0);
      }
    }
  }

  /** Compares an image that is scaled and cropped to all sizes of the reference. */
  static void resize(Reference reference, Machine machine) {
    Tensor image = reference.exactInput("image");
    for (String name : reference.names()) {
      if (name.startsWith("out_")) {
        String[] size = name.substring("out_".length()).split("x", 2); // height x width
        ImageSize asked = new ImageSize(Integer.parseInt(size[1]), Integer.parseInt(size[0]));
        reference.compare(name, Pixels.resizeAndCrop(image, asked), machine.bounds().sampler());
      }
    }
  }

  private static void compare(
      Reference reference, String name, PromptEmbedding ours, Bounds bounds) {
    if (reference.has(name + "_embeds")) {
      reference.compare(name + "_embeds", ours.states(), bounds.network());
    }
    if (reference.has(name + "_attention_mask")) {
      reference.compare(name + "_attention_mask", ours.mask(), bounds.exact());
    }
  }
}
