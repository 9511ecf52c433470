package dev.sana4j.measure.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.FolderTree;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.Remedy;
import dev.sana4j.files.StrictJson;
import dev.sana4j.measure.MeasureException;
import dev.sana4j.weights.ConfigWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The folder of a candidate with the settings that its images were made with. */
public final class RunFolder {
  private static final String SETTINGS = "settings.json";
  private static final int MAX_BYTES = 1 << 20;
  private static final List<String> RESULTS =
      List.of(SETTINGS, "rows.jsonl", "features.f32", "statistics.npz", "images", "detections");

  private RunFolder() {}

  /**
   * Prepares a folder: writes the settings, or checks that those of an earlier run are the same.
   * Settings that only one of the runs has do not matter, so that metrics can be added.
   *
   * @param folder the folder, created if missing
   * @param settings all values that the images depend on
   * @param overwrite whether the results of other settings are deleted
   * @throws MeasureException if there are results of other settings, naming the first difference
   */
  public static void prepare(Path folder, Map<String, Object> settings, boolean overwrite) {
    Path file = folder.resolve(SETTINGS);
    try {
      Files.createDirectories(folder);
      if (Files.exists(file)) {
        String difference = difference(file, settings);
        if (difference.isEmpty()) {
          ConfigWriter.write(file, settings);
          return;
        }
        if (!overwrite) {
          throw new MeasureException(
                  "%s has images of another %s; choose another folder or allow overwriting it"
                      .formatted(folder, difference))
              .with(Remedy.OVERWRITE);
        }
      }
      for (String name : RESULTS) {
        FolderTree.delete(folder.resolve(name));
      }
    } catch (IOException e) {
      throw new MeasureException(folder + " cannot be written: " + IoReason.of(e), e);
    }
    ConfigWriter.write(file, settings);
  }

  private static String difference(Path file, Map<String, Object> settings) {
    ObjectNode ours = StrictJson.mapper().valueToTree(settings);
    JsonNode theirs;
    try {
      byte[] bytes = StrictJson.read(file, MAX_BYTES);
      theirs = StrictJson.mapper().readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new MeasureException(file + " is damaged; delete the folder", e);
    }
    return theirs
        .propertyStream()
        .map(Map.Entry::getKey)
        .filter(ours::has)
        .filter(key -> !ours.path(key).toString().equals(theirs.path(key).toString()))
        .findFirst()
        .orElse("");
  }
}
