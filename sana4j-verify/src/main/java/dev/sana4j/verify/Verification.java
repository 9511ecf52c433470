package dev.sana4j.verify;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.verify.Reference.Machine;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs the reference cases of a folder on this machine. */
public final class Verification {
  private static final String TENSORS = "io.safetensors";
  private static final String PTH = ".pth";

  private final Path folder;
  private final Machine machine;
  private final List<Group> groups = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /** The cases that share one run of a network, a sampler or a pipeline. */
  public static final class Group {
    private final String name;
    private final Consumer<Results> body;

    private Group(String name, Consumer<Results> body) {
      this.name = name;
      this.body = body;
    }

    /**
     * Returns the path in the reference folder.
     *
     * @return for example {@code dit/teacher}
     */
    public String name() {
      return name;
    }

    /**
     * Computes and compares. A group that cannot be computed returns a failed result with the
     * reason.
     *
     * @return one result per case
     */
    public List<CaseResult> run() {
      Results results = new Results(name);
      try {
        TensorScope.run(() -> body.accept(results));
      } catch (RuntimeException e) {
        results.add("not computed: " + e.getMessage(), Double.POSITIVE_INFINITY, 0);
      }
      return results.list();
    }
  }

  /** Runs cases with a file of reference tensors. */
  private interface TensorCases {
    void run(Reference reference, Machine machine);
  }

  /** Runs cases with a folder and its file of reference tensors. */
  private interface FolderCases {
    void run(Path folder, Reference reference, Machine machine);
  }

  private Verification(Path folder, Machine machine) {
    this.folder = folder;
    this.machine = machine;
  }

  /**
   * Finds the cases of a folder.
   *
   * @param folder folder of reference files
   * @param dtype dtype of the networks
   * @param device device of the networks
   * @return the cases
   * @throws CheckpointException if there are none
   */
  public static Verification discover(Path folder, DType dtype, Device device) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException("there is no folder " + folder + " of reference cases");
    }
    Libtorch.require(device);
    Verification found = new Verification(folder, new Machine(dtype, device, Bounds.of(dtype)));
    found.addNetworks();
    found.addMeasures();
    found.addConversions();
    found.addTraining();
    found.addSamplers();
    found.addPipelines();
    if (found.groups.isEmpty()) {
      throw new CheckpointException(
          folder
              + " contains no reference cases (dit/, dcae/, gemma2/, pth/, schedulers/,"
              + " pipelines/...)");
    }
    return found;
  }

  /**
   * Returns the groups of cases.
   *
   * @return groups, to be run one after the other
   */
  public List<Group> groups() {
    return List.copyOf(groups);
  }

  /**
   * Returns the cases that this version does not support.
   *
   * @return names of pipeline cases with unknown tasks
   */
  public List<String> skipped() {
    return List.copyOf(skipped);
  }

  private void addNetworks() {
    children("dit").forEach(part -> addFolder(part, NetworkCases::transformer));
    children("dcae").forEach(part -> addFolder(part, NetworkCases::autoencoder));
    addFolder(folder.resolve("gemma2"), NetworkCases::textEncoder);
    addFolder(folder.resolve("controlnet"), NetworkCases::controlNet);
    addFolder(folder.resolve("lora"), NetworkCases::lora);
  }

  private void addMeasures() {
    Path inception = folder.resolve("inception");
    addFolder(folder.resolve("clip"), MeasureCases::clip);
    addFolder(inception, MeasureCases::inception);
    if (Files.isRegularFile(inception.resolve("frechet.safetensors"))) {
      groups.add(
          new Group("inception/features", results -> MeasureCases.frechet(inception, results)));
    }
  }

  /**
   * Adds original checkpoints, which come with the same tensors under the names of the diffusers
   * layout.
   */
  private void addConversions() {
    for (Path file : children("pth")) {
      String name = file.getFileName().toString();
      if (name.endsWith(PTH)) {
        String model = name.substring(0, name.length() - PTH.length());
        addTensors(
            "pth/" + model,
            file.resolveSibling(model + "_converted.safetensors"),
            (reference, on) -> ConversionCases.transformer(file, reference));
      }
    }
  }

  /** Adds training cases in float32, the dtype of the reference gradients. */
  private void addTraining() {
    if (machine.dtype() == DType.FLOAT32) {
      addFolder(folder.resolve("training/flow_matching"), TrainingCases::flowMatching);
      addFolder(folder.resolve("training/scm"), DistillationCases::step);
    }
  }

  private void addSamplers() {
    for (Path file : children("schedulers")) {
      String name = file.getFileName().toString();
      if (name.endsWith(".safetensors")) {
        String sampler = name.substring(0, name.length() - ".safetensors".length());
        addTensors(
            "schedulers/" + sampler,
            file,
            (reference, on) -> SamplerCases.sampler(file, sampler, reference, on));
      }
    }
    addTensors("random", folder.resolve("random/randn.safetensors"), SamplerCases::random);
    addTensors("image", folder.resolve("image/resize_and_crop.safetensors"), PipelineCases::resize);
  }

  private void addPipelines() {
    Path pipelines = folder.resolve("pipelines");
    Path specs = pipelines.resolve("cases/cases.json");
    if (!Files.isRegularFile(specs)) {
      return;
    }
    for (ConfigFile spec : ConfigFile.readList(specs)) {
      String name = spec.text("name");
      Path model = pipelines.resolve(spec.text("pipeline"));
      if (!PipelineCases.TASKS.contains(spec.text("task", "text2img"))) {
        skipped.add("pipelines/" + name);
        continue;
      }
      addTensors(
          "pipelines/" + name,
          specs.resolveSibling(name + ".safetensors"),
          (reference, on) -> PipelineCases.pipeline(model, specs, spec, reference, on));
    }
    Path texts = specs.resolveSibling("tiny_tokenizer.json");
    Path tokenizer = pipelines.resolve("tiny-sana/tokenizer/tokenizer.json");
    if (Files.isRegularFile(texts) && Files.isRegularFile(tokenizer)) {
      groups.add(
          new Group(
              "pipelines/tokenizer",
              results -> PipelineCases.tokenizer(tokenizer, texts, results)));
    }
  }

  private void addFolder(Path part, FolderCases cases) {
    addTensors(
        folder.relativize(part).toString().replace('\\', '/'),
        part.resolve(TENSORS),
        (reference, on) -> cases.run(part, reference, on));
  }

  private void addTensors(String name, Path file, TensorCases cases) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    groups.add(
        new Group(
            name,
            results -> {
              try (Reference reference = new Reference(file, machine, results)) {
                cases.run(reference, machine);
              }
            }));
  }

  private List<Path> children(String name) {
    Path parent = folder.resolve(name);
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
