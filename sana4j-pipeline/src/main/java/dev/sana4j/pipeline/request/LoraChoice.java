package dev.sana4j.pipeline.request;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A LoRA adapter and its scale.
 *
 * @param file a safetensors file, or a folder that contains one
 * @param scale weight of the adapter, -100 to 100; 1 is as trained, 0 disables it
 */
public record LoraChoice(String file, double scale) {
  private static final double LARGEST_SCALE = 100;

  private static final String EXTENSION = ".safetensors";

  /** File names of adapters in diffusers and peft. */
  private static final List<String> USUAL_NAMES =
      List.of("pytorch_lora_weights.safetensors", "adapter_model.safetensors");

  /** Endings of files with weights; names of adapters do not include them. */
  private static final List<String> ENDINGS =
      List.of(EXTENSION, ".ckpt", ".pt", ".pth", ".bin", ".gguf");

  /** Checks the scale. */
  public LoraChoice {
    if (!(Math.abs(scale) <= LARGEST_SCALE)) {
      throw new RequestException(
          "the LoRA scale %s of %s is not between -%.0f and %.0f"
              .formatted(scale, file, LARGEST_SCALE, LARGEST_SCALE));
    }
    if (file.isBlank()) {
      throw new RequestException("give the file of the LoRA adapter as FILE or FILE:SCALE");
    }
  }

  /**
   * Parses an adapter as on the command line.
   *
   * @param text {@code FILE} or {@code FILE:SCALE}; a colon that is not followed by a number is
   *     part of the name
   * @return the adapter, with scale 1 if none is given
   * @throws RequestException if the scale is out of range
   */
  public static LoraChoice parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      if (colon >= 0) {
        double scale = Double.parseDouble(text.substring(colon + 1));
        return new LoraChoice(text.substring(0, colon), scale);
      }
    } catch (NumberFormatException e) {
      return new LoraChoice(text, 1); // such as C:\style.safetensors
    }
    return new LoraChoice(text, 1);
  }

  /**
   * Returns the name of the adapter.
   *
   * @return the last part of its path, without the ending of a file of weights; other dots are part
   *     of the name
   */
  public String name() {
    String whole = file.replaceAll("[/\\\\]+$", "");
    String last = whole.substring(Math.max(whole.lastIndexOf('/'), whole.lastIndexOf('\\')) + 1);
    return ENDINGS.stream()
        .filter(ending -> last.length() > ending.length())
        .filter(ending -> last.toLowerCase(Locale.ROOT).endsWith(ending))
        .findFirst()
        .map(ending -> last.substring(0, last.length() - ending.length()))
        .orElse(last);
  }

  /**
   * Returns the file of the adapter. In a folder it is the file with the usual name of diffusers or
   * peft, or the only safetensors file.
   *
   * @return an existing file
   * @throws RequestException if it does not exist, or if a folder has several files
   */
  public Path path() {
    Path named;
    try {
      named = Path.of(file);
    } catch (InvalidPathException e) {
      throw new RequestException("the LoRA " + file + " is not a valid file name");
    }
    if (Files.isRegularFile(named)) {
      return named;
    }
    if (!Files.isDirectory(named)) {
      throw new RequestException("the LoRA " + file + " does not exist");
    }
    return USUAL_NAMES.stream()
        .map(named::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseGet(() -> onlyFile(named));
  }

  private Path onlyFile(Path folder) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + EXTENSION)) {
      for (Path each : files) {
        if (Files.isRegularFile(each)) {
          found.add(each);
        }
        if (found.size() > 1) {
          throw new RequestException(
              ("the folder %s of the LoRA contains several safetensors files, such as %s and %s;"
                      + " name one of them")
                  .formatted(file, found.get(0).getFileName(), found.get(1).getFileName()));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new RequestException("the folder " + file + " of the LoRA cannot be read");
    }
    if (found.isEmpty()) {
      throw new RequestException(
          "the folder " + file + " of the LoRA contains no safetensors file");
    }
    return found.get(0);
  }
}
