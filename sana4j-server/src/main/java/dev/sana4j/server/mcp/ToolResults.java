package dev.sana4j.server.mcp;

import dev.sana4j.files.IoReason;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.jobs.EncodedImage;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobImage;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Content;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes the results of tools: the images, then a text about them. */
final class ToolResults {
  private static final String IMAGES = "/api/v1/images/";

  private final Supplier<ImageEngine> engine;
  private final @Nullable ImageFolder folder;

  ToolResults(Supplier<ImageEngine> engine, @Nullable ImageFolder folder) {
    this.engine = engine;
    this.folder = folder;
  }

  CallToolResult images(ToolCall call, Job job, List<JobImage> images) {
    List<Content> content = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (JobImage image : images) {
      String name = image.keptPlace().name();
      EncodedImage file =
          engine
              .get()
              .jobs()
              .image(name)
              .orElseThrow(
                  () ->
                      new RequestProblem(
                          RequestProblem.Kind.INVALID,
                          "the images do not fit into the memory for results; ask for fewer, or"
                              + " raise keep-mib"));
      String format = file.format().name().toLowerCase(Locale.ROOT);
      String base64 = Base64.getEncoder().encodeToString(file.bytes());
      content.add(ImageContent.builder(base64, "image/" + format).build());
      lines.add(line(image, job));
      lines.addAll(places(call, name, file));
    }
    lines.addAll(job.notes());
    content.add(TextContent.builder(String.join("\n", lines)).build());
    return CallToolResult.builder(content).isError(false).build();
  }

  private static String line(JobImage image, Job job) {
    String choice =
        image.score() == null
            ? ""
            : ", the best of %d with the score %s".formatted(job.order().bestOf(), image.score());
    return "%s%s: %s pixels, seed %d, %d steps, model %s%s"
        .formatted(
            ToolImages.RESULT,
            image.keptPlace().name(),
            image.size(),
            image.seed(),
            job.order().request().steps(),
            job.order().model(),
            choice);
  }

  private List<String> places(ToolCall call, String name, EncodedImage file) {
    List<String> places = new ArrayList<>();
    String server = call.connection().server();
    if (!server.isEmpty()) {
      places.add("  for a while at " + server + IMAGES + name);
    }
    if (folder != null) {
      try {
        places.add("  saved as " + folder.save(name, file));
      } catch (IOException e) {
        places.add("  could not be saved: " + IoReason.of(e));
      }
    }
    return places;
  }

  static CallToolResult text(String text) {
    return CallToolResult.builder(List.of(TextContent.builder(text).build()))
        .isError(false)
        .build();
  }

  static CallToolResult problem(String message) {
    return CallToolResult.builder(List.of(TextContent.builder(message).build()))
        .isError(true)
        .build();
  }
}
