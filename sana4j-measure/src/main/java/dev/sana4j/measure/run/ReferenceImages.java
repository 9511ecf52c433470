package dev.sana4j.measure.run;

import dev.sana4j.files.IoReason;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.MeasureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The images of a folder and of its subfolders, by name without extension. */
public final class ReferenceImages {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_FILES = 2_000_000;

  private final Path folder;
  private final Map<String, Path> files = new TreeMap<>();
  private final List<Path> all = new ArrayList<>();

  private ReferenceImages(Path folder) {
    this.folder = folder;
  }

  /**
   * Lists a folder.
   *
   * @param folder a folder with images
   * @return the images; none is decoded
   * @throws MeasureException if the folder cannot be read, or contains no images
   */
  public static ReferenceImages of(Path folder) {
    ReferenceImages images = new ReferenceImages(folder);
    try (Stream<Path> files = Files.walk(folder, MAX_DEPTH)) {
      files.limit(MAX_FILES).filter(ReferenceImages::isImage).sorted().forEach(images::add);
    } catch (IOException e) {
      throw new MeasureException(folder + " cannot be read: " + IoReason.of(e), e);
    }
    if (images.all.isEmpty()) {
      throw new MeasureException(folder + " contains no images");
    }
    return images;
  }

  private static boolean isImage(Path file) {
    return Files.isRegularFile(file) && ImageFiles.isImage(ImageSource.of(file));
  }

  private void add(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    files.put(dot > 0 ? name.substring(0, dot) : name, file);
    all.add(file);
  }

  /**
   * Returns all files.
   *
   * @return in a fixed order
   */
  public List<Path> all() {
    return List.copyOf(all);
  }

  /**
   * Returns the image of a name.
   *
   * @param id the name without extension
   * @return the decoded image
   * @throws MeasureException if there is none
   */
  public RgbImage image(String id) {
    Path file = files.get(id);
    if (file == null) {
      throw new MeasureException(
          folder + " has no image named " + id + ", which PSNR and SSIM need for each prompt");
    }
    return ImageFiles.read(file);
  }
}
