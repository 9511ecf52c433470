package dev.sana4j.server.mcp;

import dev.sana4j.image.RgbImage;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.jobs.EncodedImage;
import dev.sana4j.server.jobs.Limits;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The input images of tools. An assistant cannot repeat an image that it has received, so it refers
 * to an earlier result by name, or to a file in the folder of the user.
 */
final class ToolImages {
  static final String RESULT = "image:";
  static final String FILE = "file:";

  private final Supplier<ImageEngine> engine;
  private final long mostPixels;
  private final int mostBytes;
  private final @Nullable ImageFolder folder;

  ToolImages(Supplier<ImageEngine> engine, Limits limits, @Nullable ImageFolder folder) {
    this.engine = engine;
    this.folder = folder;
    mostPixels = limits.pixels();
    mostBytes = limits.bodyBytes();
  }

  private SentImages sent() {
    return new SentImages(mostPixels, engine.get().jobs());
  }

  RgbImage image(RequestFields fields, String name) {
    return sent().image(name, bytes(fields, name));
  }

  RgbImage mask(RequestFields fields, String name) {
    return sent().mask(name, bytes(fields, name));
  }

  private byte[] bytes(RequestFields fields, String name) {
    if (!fields.has(name)) {
      throw RequestProblem.field(name, name + " is missing");
    }
    String text = fields.text(name, "", Integer.MAX_VALUE).strip();
    if (text.startsWith(RESULT)) {
      return result(name, text.substring(RESULT.length()));
    }
    if (text.startsWith(FILE)) {
      return file(name, text.substring(FILE.length()));
    }
    return sent().bytes(name, text);
  }

  private byte[] result(String field, String name) {
    return engine
        .get()
        .jobs()
        .image(name)
        .map(EncodedImage::bytes)
        .orElseThrow(
            () ->
                RequestProblem.field(
                    field, field + " refers to an unknown result; results are kept for a while"));
  }

  private byte[] file(String field, String name) {
    if (folder == null) {
      throw RequestProblem.field(
          field,
          "files cannot be read; send the image as base64, or choose a folder of images at the start");
    }
    return folder.read(field, name, mostBytes);
  }
}
