package dev.sana4j.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.RequestException;
import java.util.Base64;

/** Reads the images of LangChain4j. */
final class ImageInput {
  private ImageInput() {}

  /**
   * Reads an image.
   *
   * @param name its name in messages
   * @param image an image with base64 data
   * @return the pixels
   * @throws RequestException if it has no valid base64 data
   * @throws dev.sana4j.image.ImageException if the data are not an image that sana4j reads
   */
  static RgbImage image(String name, Image image) {
    return ImageFiles.read(source(name, image));
  }

  /**
   * Reads a mask.
   *
   * @param name its name in messages
   * @param mask an image with base64 data
   * @return white where the image is repainted
   * @throws RequestException if it has no valid base64 data
   * @throws dev.sana4j.image.ImageException if the data are not an image that sana4j reads
   */
  static RgbImage mask(String name, Image mask) {
    return ImageFiles.readMask(source(name, mask));
  }

  /** Never opens the URL of an image, which may come from anywhere. */
  private static ImageSource source(String name, Image image) {
    String data = image.base64Data();
    if (data == null || data.isEmpty()) {
      throw new RequestException(
          name + " has no base64 data; download images by their URL before you pass them on");
    }
    try {
      return ImageSource.of(name, Base64.getDecoder().decode(data));
    } catch (IllegalArgumentException e) {
      throw new RequestException(name + " has base64 data that cannot be decoded");
    }
  }
}
