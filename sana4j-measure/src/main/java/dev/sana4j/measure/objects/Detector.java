package dev.sana4j.measure.objects;

import java.nio.file.Path;
import java.util.List;

/** Finds objects in images. */
public interface Detector {

  /**
   * Prepares the detections of a folder. Called once before {@link #of}.
   *
   * @param images the folder of the images
   * @throws dev.sana4j.measure.MeasureException if the detector fails
   */
  void prepare(Path images);

  /**
   * Returns the objects in one image.
   *
   * @param image the file of the image
   * @return all detections, in any order
   * @throws dev.sana4j.measure.MeasureException if there are none for this image, not even an empty
   *     list, or they are damaged
   */
  List<Detection> of(Path image);
}
