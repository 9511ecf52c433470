package dev.sana4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.SanaException;
import dev.sana4j.files.StrictJson;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana doctor}: examines this machine. */
@Command(
    name = "doctor",
    description =
        "Examines this machine: versions, native libraries, processor, precision, memory, GPU, disk"
            + " space, caches and models. Prints one line per finding: ok, warning or problem. The"
            + " exit status is 1 if there is a problem.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana doctor"})
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object with all findings.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings = new ArrayList<>();
    for (Examination examination : examinations()) {
      List<Finding> found = examination.findings();
      findings.addAll(found);
      if (!json) {
        found.forEach(finding -> out.println(finding.line()));
        out.flush();
      }
    }
    long problems =
        findings.stream().filter(found -> found.level() == Finding.Level.PROBLEM).count();
    if (json) {
      out.println(json(findings, problems));
      out.flush();
    }
    return problems == 0 ? 0 : Sana.FAILED;
  }

  /**
   * Examines one topic.
   *
   * @param topic its name
   * @param examine returns the findings
   */
  private record Examination(String topic, Supplier<List<Finding>> examine) {
    /** Returns the findings; an examination that fails is a problem itself. */
    List<Finding> findings() {
      try {
        return examine.get();
      } catch (SanaException | LinkageError e) {
        return List.of(Finding.problem(topic, String.valueOf(e.getMessage())));
      }
    }
  }

  private static List<Examination> examinations() {
    return List.of(
        new Examination("program", MachineFindings::program),
        new Examination("natives", MachineFindings::natives),
        new Examination("processor", MachineFindings::processor),
        new Examination("precision", MachineFindings::precision),
        new Examination("memory", MachineFindings::memory),
        new Examination("gpu", MachineFindings::gpu),
        new Examination("caches", CacheFindings::caches),
        new Examination("models", CacheFindings::models));
  }

  private static String json(List<Finding> findings, long problems) {
    ObjectNode object = StrictJson.mapper().createObjectNode().put("problems", problems);
    ArrayNode list = object.putArray("findings");
    for (Finding finding : findings) {
      list.addObject()
          .put("level", finding.level().toString())
          .put("topic", finding.topic())
          .put("text", finding.text());
    }
    try {
      return StrictJson.mapper().writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
