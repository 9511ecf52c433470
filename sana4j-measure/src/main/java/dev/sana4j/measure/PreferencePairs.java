package dev.sana4j.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.StrictJson;
import dev.sana4j.measure.BestOf.Scored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends pairs of a kept and a dropped image to a file of JSON lines, for training on preferences.
 *
 * @param file the file, created if missing
 */
public record PreferencePairs(Path file) {

  /**
   * Appends one pair.
   *
   * @param choice the choice with both images
   * @param chosen the file of the kept image
   * @param dropped one of the dropped images
   * @param rejected the file of the dropped image
   * @throws MeasureException if the file cannot be written
   */
  public void add(BestOf.Choice choice, Path chosen, Scored dropped, Path rejected) {
    ObjectNode pair =
        StrictJson.mapper()
            .createObjectNode()
            .put("prompt", choice.best().image().request().prompts().get(0))
            .put("judge", choice.judge())
            .put("model", choice.best().image().provenance().model());
    put(pair.putObject("chosen"), choice.best(), chosen);
    put(pair.putObject("rejected"), dropped, rejected);
    try {
      byte[] line =
          (StrictJson.mapper().writeValueAsString(pair) + "\n").getBytes(StandardCharsets.UTF_8);
      Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new MeasureException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }

  private static void put(ObjectNode node, Scored image, Path path) {
    node.put("image", path.toString()).put("seed", image.seed()).put("score", image.score());
  }
}
