package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.EvaluationJson;
import dev.sana4j.emoji.evaluate.EvaluationResult;
import dev.sana4j.emoji.evaluate.EvaluationResult.Sample;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.report.ContactSheet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The output folder of an evaluation.
 *
 * @param path of the folder, created when something is written
 */
record EvaluationFolder(Path path) {
  static final String JSON = "evaluation.json";
  static final String SHEET = "contact-sheet.png";
  private static final String IMAGES = "pictures";

  /** Returns the folder of one candidate of a comparison. */
  EvaluationFolder of(String candidate) {
    return new EvaluationFolder(path.resolve(candidate));
  }

  /** Rejects a folder that contains an evaluation, unless it may be overwritten. */
  void check(boolean overwrite) {
    check(overwrite, List.of(JSON, SHEET, IMAGES));
  }

  /**
   * Rejects a folder that contains one of the named files or folders, unless they may be
   * overwritten.
   */
  void check(boolean overwrite, List<String> names) {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new RequestException(path + " is a file; name another folder");
    }
    for (String name : names) {
      if (!overwrite && Files.exists(path.resolve(name))) {
        throw new RequestException(
            path.resolve(name) + " exists; name another folder or pass --overwrite");
      }
    }
  }

  Path images() {
    return path.resolve(IMAGES);
  }

  /** Writes the results and some of the images. */
  void write(EvaluationResult result) {
    OutputFolder.create(path);
    EvaluationJson.write(result, path.resolve(JSON));
    ImageFiles.write(
        ContactSheet.of(
            result.samples().stream().map(Sample::image).toList(),
            result.samples().stream().map(Sample::prompt).toList()),
        path.resolve(SHEET),
        WriteOptions.REPLACE);
  }
}
