package dev.sana4j.measure.objects;

import dev.sana4j.files.IoReason;
import dev.sana4j.measure.ExternalCommand;
import dev.sana4j.measure.MeasureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program that detects objects. It is run once as {@code COMMAND IMAGES DETECTIONS}, and writes
 * the files of a {@link DetectionFolder} to the second folder.
 *
 * @param command the program, with a time limit
 * @param detections the folder for its files, created if missing
 */
public record CommandDetector(ExternalCommand command, Path detections) implements Detector {

  @Override
  public void prepare(Path images) {
    try {
      Files.createDirectories(detections);
    } catch (IOException e) {
      throw new MeasureException(detections + " cannot be created: " + IoReason.of(e), e);
    }
    List<String> unused = command.run(List.of(images.toString(), detections.toString()), "");
  }

  @Override
  public List<Detection> of(Path image) {
    return new DetectionFolder(detections).of(image);
  }
}
