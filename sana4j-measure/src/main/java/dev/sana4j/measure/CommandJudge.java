package dev.sana4j.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sana4j.files.FolderTree;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.QuotedText;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that judges. It is run as {@code COMMAND FOLDER} with images in the folder, reads a
 * JSON object with {@code image} (a file name) and {@code prompt} per line, and prints a number per
 * line.
 *
 * @param command the program, with a time limit
 */
public record CommandJudge(ExternalCommand command) implements Judge {

  @Override
  public String name() {
    return command.words().get(0).replaceFirst("^.*[/\\\\]", ""); // metadata name no folders
  }

  @Override
  public List<Double> scores(String prompt, List<RgbImage> images) {
    try {
      Path folder = Files.createTempDirectory("sana4j-judge");
      try {
        return numbers(command.run(List.of(folder.toString()), lines(folder, prompt, images)));
      } finally {
        FolderTree.delete(folder);
      }
    } catch (IOException e) {
      throw new MeasureException("the images of a judge cannot be stored: " + IoReason.of(e), e);
    }
  }

  private static String lines(Path folder, String prompt, List<RgbImage> images)
      throws JsonProcessingException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < images.size(); i++) {
      String name = "%04d.png".formatted(i + 1);
      ImageFiles.write(images.get(i), folder.resolve(name));
      var node = StrictJson.mapper().createObjectNode().put("image", name).put("prompt", prompt);
      lines.append(StrictJson.mapper().writeValueAsString(node)).append('\n');
    }
    return lines.toString();
  }

  private List<Double> numbers(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(this::number)
        .toList();
  }

  private Double number(String line) {
    try {
      return Double.valueOf(line);
    } catch (NumberFormatException e) {
      throw new MeasureException(
          name() + " printed '" + QuotedText.clip(line) + "' instead of a number per line", e);
    }
  }
}
