package dev.sana4j.verify;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.verify.Reference.Machine;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The reference cases of a folder. */
public final class Verification {
  private final Path folder;
  private final Machine machine;
  private final List<Group> groups = new ArrayList<>();

  /** The cases that share one run of a network, a sampler or a pipeline. */
  public static final class Group {
    private final String name;
    private final Run run;
    private final Path file;
    private final Machine machine;

    private Group(String name, Path file, Machine machine, Run run) {
      this.name = name;
      this.file = file;
      this.machine = machine;
      this.run = run;
    }

    /**
     * Where it is in the reference folder.
     *
     * @return for example {@code dit/teacher}
     */
    public String name() {
      return name;
    }

    /**
     * Computes and compares.
     *
     * @return one result a case
     * @throws CheckpointException if a file is missing or damaged
     */
    public List<CaseResult> run() {
      return Libtorch.noGrad(
          () ->
              TensorScope.confine(
                  () -> {
                    try (Reference reference = new Reference(name, file, machine)) {
                      run.on(reference);
                      return reference.results();
                    }
                  }));
    }
  }

  /** What to compute. */
  private interface Run {
    void on(Reference reference);
  }

  private Verification(Path folder, Machine machine) {
    this.folder = folder;
    this.machine = machine;
  }

  /**
   * Finds the cases of a folder.
   *
   * @param folder of reference files
   * @param dtype dtype the networks shall compute in
   * @param device where they shall live
   * @return groups of cases, in the order of their names
   * @throws CheckpointException if there is no case
   */
  public static List<Group> discover(Path folder, DType dtype, Device device) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException("there is no folder " + folder);
    }
    Libtorch.require(device);
    Verification verification =
        new Verification(folder, new Machine(dtype, device, Bounds.of(dtype)));
    verification.addNetworks();
    verification.addSamplers();
    if (verification.groups.isEmpty()) {
      throw new CheckpointException(
          folder + " holds no reference cases (dit/, dcae/, gemma2/, schedulers/, pipelines/...)");
    }
    return List.copyOf(verification.groups);
  }

  private void add(String name, Path file, Run run) {
    groups.add(new Group(name, file, machine, run));
  }

  private void addNetworks() {
    for (Path variant : children("dit")) {
      add(
          "dit/" + variant.getFileName(),
          variant.resolve("io.safetensors"),
          reference -> NetworkCases.transformer(variant, reference, machine));
    }
    for (Path variant : children("dcae")) {
      add(
          "dcae/" + variant.getFileName(),
          variant.resolve("io.safetensors"),
          reference -> NetworkCases.autoencoder(variant, reference, machine));
    }
    addIfPresent("gemma2", NetworkCases::textEncoder);
    addIfPresent("controlnet", NetworkCases::controlNet);
  }

  /** A run that needs its folder. */
  private interface FolderRun {
    void on(Path folder, Reference reference, Machine machine);
  }

  private void addIfPresent(String name, FolderRun run) {
    Path part = folder.resolve(name);
    Path file = part.resolve("io.safetensors");
    if (Files.isRegularFile(file)) {
      add(name, file, reference -> run.on(part, reference, machine));
    }
  }

  private void addSamplers() {
    for (Path file : children("schedulers")) {
      String name = file.getFileName().toString().replace(".safetensors", "");
      if (file.toString().endsWith(".safetensors")) {
        add(
            "schedulers/" + name,
            file,
            reference -> SamplerCases.sampler(file, name, reference, machine));
      }
    }
    Path random = folder.resolve("random/randn.safetensors");
    if (Files.isRegularFile(random)) {
      add("random", random, reference -> SamplerCases.random(reference, machine));
    }
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
