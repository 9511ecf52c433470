package dev.sana4j.pipeline;

import dev.sana4j.image.DigitalSource;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;

/**
 * An image and how it was made.
 *
 * @param pixels the image
 * @param provenance model, precision and request of this image
 */
public record GeneratedImage(RgbImage pixels, ImageProvenance provenance) {

  /**
   * Returns the request that reproduces the image.
   *
   * @return a request for this single image, except with shared noise, where it is the request for
   *     all images
   */
  public GenerationRequest request() {
    return provenance.request();
  }

  /**
   * Writes a new file in the format of its extension; a PNG contains how the image was made.
   *
   * @param target the file to create
   * @throws dev.sana4j.image.ImageException if it exists or cannot be written
   */
  public void write(Path target) {
    write(target, false);
  }

  /**
   * Writes a file, as {@link #write(Path)} does.
   *
   * @param target the file to write
   * @param overwrite whether an existing file is replaced
   * @throws dev.sana4j.image.ImageException if it cannot be written
   */
  public void write(Path target, boolean overwrite) {
    ImageFiles.write(pixels, target, new WriteOptions(provenance.texts(), overwrite));
  }

  /**
   * Encodes the image in memory. The file states in the terms of the IPTC that a model generated
   * it, like the images of the server.
   *
   * @param format PNG, JPEG or WebP; a PNG also contains how the image was made
   * @return the content of an image file
   * @throws dev.sana4j.image.ImageException if this platform cannot write the format
   */
  public byte[] encode(ImageFormat format) {
    DigitalSource source =
        request().task() instanceof Task.Inpaint
            ? DigitalSource.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
            : DigitalSource.TRAINED_ALGORITHMIC_MEDIA;
    return new ImageEncoding(format, ImageEncoding.DEFAULT_QUALITY, provenance.texts(), source)
        .bytes(pixels);
  }
}
