package dev.sana4j.cli;

import dev.sana4j.files.Digests;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.request.RequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of the images of a list of prompts. A name depends only on the line, so that a run that
 * was stopped can be repeated.
 */
final class BatchFiles {
  private static final String NUMBER = "%06d";
  private static final int DIGITS = 16;
  private static final int HEXADECIMAL = 16;

  private final Path folder;
  private final String stem;
  private final String extension;

  /** The first digits of digests of all names, which need less memory than a million names. */
  private final Set<Long> names = new HashSet<>();

  private BatchFiles(Path folder, String stem, String extension) {
    this.folder = folder;
    this.stem = stem;
    this.extension = extension;
  }

  /**
   * Returns the files for an output.
   *
   * @param output a folder, or a file before whose extension the number of the line is inserted;
   *     null for {@code sana-NUMBER} in the working folder
   * @param format format in a folder
   */
  static BatchFiles of(@Nullable Path output, ImageFormat format) {
    String extension = "." + (format == ImageFormat.JPEG ? "jpg" : name(format));
    if (output == null) {
      return new BatchFiles(Path.of(""), "sana-", extension);
    }
    Path fileName = output.getFileName();
    int dot = fileName == null ? -1 : fileName.toString().lastIndexOf('.');
    if (fileName == null || dot <= 0 || Files.isDirectory(output)) {
      return new BatchFiles(output, "", extension);
    }
    var unused = ImageFormat.of(output); // refuses an unknown extension
    String name = fileName.toString();
    return new BatchFiles(
        output.resolveSibling(""), name.substring(0, dot) + "-", name.substring(dot));
  }

  private static String name(ImageFormat format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the folder of all files. */
  Path folder() {
    return folder;
  }

  /**
   * Returns the files of a line; several are numbered. Creates the folder of a name with folders.
   *
   * @throws RequestException if the name leaves the folder, or an earlier line has the same name
   */
  List<Path> of(PromptLine line, int count) {
    String output = line.output();
    Path name =
        output == null
            ? Path.of(stem + NUMBER.formatted(line.number()) + extension)
            : inside(output);
    Path file = file(name);
    if (count == 1) {
      return List.of(file);
    }
    String whole = String.valueOf(file.getFileName());
    int dot = whole.lastIndexOf('.');
    List<Path> numbered = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      numbered.add(file.resolveSibling(whole.substring(0, dot) + "-" + i + whole.substring(dot)));
    }
    return numbered;
  }

  private Path file(Path name) {
    byte[] text = name.toString().getBytes(StandardCharsets.UTF_8);
    String digest = Digests.sha256Hex(text).substring(0, DIGITS);
    if (!names.add(Long.parseUnsignedLong(digest, HEXADECIMAL))) {
      throw new RequestException("an earlier line has the same output \"" + name + "\"");
    }
    Path file = folder.resolve(name);
    if (name.getNameCount() > 1) {
      OutputFolder.create(file.resolveSibling(""));
    }
    return file;
  }

  /** Returns a path below the folder, with an extension. */
  private Path inside(String output) {
    try {
      Path name = Path.of(output).normalize();
      if (name.getRoot() != null || name.startsWith("..") || name.toString().isEmpty()) {
        throw new RequestException(
            "output \"" + output + "\" is not the name of a file in the folder of the images");
      }
      return hasFormat(name) ? name : name.resolveSibling(name.getFileName() + extension);
    } catch (InvalidPathException e) {
      throw new RequestException("output \"" + output + "\" is not a file name");
    }
  }

  private static boolean hasFormat(Path name) {
    try {
      var unused = ImageFormat.of(name);
      return true;
    } catch (ImageException e) {
      return false;
    }
  }
}
