package dev.sana4j.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.files.ProcessMemory;
import dev.sana4j.hub.KnownModel;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.PrecisionChoice;
import dev.sana4j.pipeline.model.Processor;
import dev.sana4j.pipeline.source.KnownMemory;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.TensorException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The findings about the program and the machine, without the disk. */
final class MachineFindings {
  private static final double GIB = 1L << 30;

  /** A published model of the usual size, whose memory is known before it is downloaded. */
  private static final String LARGE = "Efficient-Large-Model/Sana_Sprint_1.6B_1024px_diffusers";

  private static final String LARGE_NAME = "a model of 1.6 billion parameters";

  private MachineFindings() {}

  /** Returns the versions, and whether arguments may contain any character. */
  static List<Finding> program() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            "sana4j", ProgramVersion.sana4j() + " (commit " + ProgramVersion.commit() + ")"));
    findings.add(Finding.ok("java", ProgramVersion.java()));
    String charset = System.getProperty("sun.jnu.encoding", "");
    findings.add(
        charset.equalsIgnoreCase(StandardCharsets.UTF_8.name())
            ? Finding.ok("locale", charset)
            : Finding.warning(
                "locale", charset + " cannot represent every prompt; set LC_ALL=C.UTF-8"));
    return findings;
  }

  /** Returns whether the native libraries exist and can be loaded. */
  static List<Finding> natives() {
    try {
      int threads = Libtorch.threads();
      return List.of(
          Finding.ok(
              "natives",
              "libtorch %s for %s is loaded; %d threads"
                  .formatted(ProgramVersion.libtorch(), platform(), threads)));
    } catch (TensorException e) {
      return List.of(Finding.problem("natives", String.valueOf(e.getMessage())));
    }
  }

  /** Returns the name of this platform as in the names of the native archives. */
  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String os =
        system.startsWith("mac") ? "macosx" : system.startsWith("windows") ? "windows" : "linux";
    return os
        + switch (processor) {
          case "amd64", "x86_64", "x86-64" -> "-x86_64";
          case "aarch64", "arm64" -> "-arm64";
          default -> "-" + processor;
        };
  }

  /** Returns the processor and the instruction sets that matter. */
  static List<Finding> processor() {
    Processor processor = Processor.current();
    List<String> sets = processor.instructionSets();
    String text =
        processor.model()
            + "; "
            + Runtime.getRuntime().availableProcessors()
            + " cores; "
            + (sets.isEmpty() ? "instruction sets unknown" : String.join(", ", sets));
    return List.of(
        processor.restrictions().isEmpty()
            ? Finding.ok("processor", text)
            : Finding.warning(
                "processor",
                text + "; variables restrict it: " + String.join(" ", processor.restrictions())));
  }

  /** Returns the precision that is chosen for the bundled model and for a large one. */
  static List<Finding> precision() {
    ModelConfig bundled = ModelConfig.read(EmojiModel.open());
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            "precision",
            "the bundled model: " + PrecisionChoice.choose(bundled, Device.CPU).line()));
    large()
        .ifPresent(
            memory ->
                findings.add(
                    Finding.ok(
                        "precision",
                        LARGE_NAME
                            + ": "
                            + PrecisionChoice.expected(
                                    DType.BFLOAT16,
                                    dtype -> gib(memory, dtype) * GIB <= ProcessMemory.available())
                                .line())));
    return findings;
  }

  private static Optional<KnownMemory> large() {
    return KnownModel.find(LARGE).flatMap(KnownMemory::of);
  }

  private static double gib(KnownMemory memory, DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> memory.float32();
      case INT8 -> memory.int8();
      default -> memory.bfloat16();
    };
  }

  /** Returns the free memory and whether images fit into it. */
  static List<Finding> memory() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double free = ProcessMemory.available() / GIB;
    String text =
        String.format(
            Locale.ROOT, "%.1f of %.1f GiB are free", free, system.getTotalMemorySize() / GIB);
    ModelConfig bundled = ModelConfig.read(EmojiModel.open());
    double least = bundled.memory(bundled.request("an image").build(), DType.FLOAT32) / GIB;
    if (free < least) {
      String needs = String.format(Locale.ROOT, "; the bundled model needs %.1f GiB", least);
      return List.of(Finding.problem("memory", text + needs));
    }
    double large = large().map(memory -> gib(memory, DType.BFLOAT16)).orElse(0.0);
    if (free < large) {
      String needs = String.format(Locale.ROOT, "; %s needs %.1f GiB", LARGE_NAME, large);
      return List.of(Finding.warning("memory", text + needs));
    }
    return List.of(Finding.ok("memory", text));
  }

  /** Returns the GPUs that libtorch can use. */
  static List<Finding> gpu() {
    int gpus = Libtorch.gpus();
    return List.of(
        Finding.ok(
            "gpu",
            gpus == 0
                ? "libtorch sees none; images are computed on the processor"
                : "libtorch sees " + gpus + "; use them with --device cuda"));
  }
}
