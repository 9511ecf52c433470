package dev.sana4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.StrictJson;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import dev.sana4j.verify.CaseResult;
import dev.sana4j.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana verify}: compares the results of this machine with reference files. */
@Command(
    name = "verify",
    description =
        "Compares the results of this machine with a folder of reference cases. See"
            + " docs/how-to/verify.md.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The exit status is 1 if an error exceeds its bound.",
      "",
      "Examples:",
      "  sana verify",
      "  sana verify DIR --dtype bfloat16 --json results.json"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int EXCEEDED = 1;

  @Spec private CommandSpec spec;
  @Mixin private ComputeOptions compute;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "Folder of reference cases (default: those of sana4j's tests).")
  private @Nullable Path folder;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the results to this JSON file.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    if (json != null) {
      OutputFile.checkWritable(json);
    }
    if (compute.dtype(DType.FLOAT32) == DType.INT8) {
      throw new RequestException("int8 cannot be verified; choose float32, bfloat16 or float16");
    }
    compute.apply();
    Verification verification =
        Verification.discover(
            folder == null ? shipped() : folder, compute.dtype(DType.FLOAT32), compute.device());
    PrintWriter out = spec.commandLine().getOut();
    List<CaseResult> results = new ArrayList<>();
    for (Verification.Group group : verification.groups()) {
      List<CaseResult> some = group.run();
      some.forEach(result -> print(out, result));
      results.addAll(some);
    }
    verification
        .skipped()
        .forEach(
            name ->
                spec.commandLine()
                    .getErr()
                    .println("skipped " + name + ": this version does not support its task"));
    long failed = results.stream().filter(result -> !result.passed()).count();
    out.printf(Locale.ROOT, "%d passed, %d failed%n", results.size() - failed, failed);
    out.flush();
    if (json != null) {
      write(results, json);
    }
    return failed == 0 ? 0 : EXCEEDED;
  }

  private static Path shipped() {
    String folder = System.getProperty("sana4j.reference");
    if (folder == null) {
      throw new RequestException("give a folder of reference cases: sana verify DIR");
    }
    return Path.of(folder);
  }

  private static void print(PrintWriter out, CaseResult result) {
    out.printf(
        Locale.ROOT,
        "%-6s %-56s error %.2e  bound %.0e%n",
        result.passed() ? "ok" : "FAILED",
        result.name(),
        result.relativeError(),
        result.bound());
    out.flush();
  }

  /**
   * Writes the results; an infinite error becomes the largest double, because JSON has no infinity.
   */
  private static void write(List<CaseResult> results, Path target) {
    ObjectNode root = StrictJson.mapper().createObjectNode();
    var cases = root.putArray("cases");
    for (CaseResult result : results) {
      cases
          .addObject()
          .put("name", result.name())
          .put("relativeError", Math.min(result.relativeError(), Double.MAX_VALUE))
          .put("bound", result.bound())
          .put("passed", result.passed());
    }
    try {
      AtomicFile.write(
          target,
          AtomicFile.Mode.REPLACE,
          out ->
              out.write(
                  StrictJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(root)));
    } catch (IOException e) {
      throw new RequestException(target + " cannot be written: " + IoReason.of(e));
    }
  }
}
