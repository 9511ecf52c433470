package dev.sana4j.server.mcp;

import dev.sana4j.image.RgbImage;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.jobs.EncodedImage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The input images of tools. An assistant cannot repeat an image that it has received, so it refers
 * to an earlier result by name, or to a file in the folder of the user.
 */
final class ToolImages {
  static final String RESULT = "image:";
  static final String FILE = "file:";

  private final ToolModels models;
  private final @Nullable ImageFolder folder;

  ToolImages(ToolModels models, @Nullable ImageFolder folder) {
    this.models = models;
    this.folder = folder;
  }

  RgbImage image(RequestFields fields, String name, ToolModels.Entry model) {
    return sent(model).image(name, bytes(fields, name, model));
  }

  RgbImage mask(RequestFields fields, String name, ToolModels.Entry model) {
    return sent(model).mask(name, bytes(fields, name, model));
  }

  private static SentImages sent(ToolModels.Entry model) {
    return new SentImages(model.defaults().limits().pixels(), model.jobs().get());
  }

  private byte[] bytes(RequestFields fields, String name, ToolModels.Entry model) {
    if (!fields.has(name)) {
      throw RequestProblem.field(name, name + " is missing");
    }
    String text = fields.text(name, "", Integer.MAX_VALUE).strip();
    if (text.startsWith(RESULT)) {
      return result(name, text.substring(RESULT.length()));
    }
    if (text.startsWith(FILE)) {
      return file(name, text.substring(FILE.length()), model);
    }
    return sent(model).bytes(name, text);
  }

  private byte[] result(String field, String name) {
    return models.all().stream()
        .map(model -> model.jobs().get().image(name))
        .flatMap(Optional::stream)
        .map(EncodedImage::bytes)
        .findFirst()
        .orElseThrow(
            () ->
                RequestProblem.field(
                    field, field + " refers to an unknown result; results are kept for a while"));
  }

  private byte[] file(String field, String name, ToolModels.Entry model) {
    if (folder == null) {
      throw RequestProblem.field(
          field, "files cannot be read; send the image as base64, or set --folder of sana mcp");
    }
    return folder.read(field, name, model.defaults().limits().bodyBytes());
  }
}
