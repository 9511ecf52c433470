package dev.sana4j.verify;

import dev.sana4j.convert.OriginalCheckpoint;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.weights.WeightSource;
import java.nio.file.Path;

/** Compares converted original checkpoints with reference tensors. */
final class ConversionCases {
  private ConversionCases() {}

  /** Checks that all tensors of the reference are equal, and that there are no others. */
  static void transformer(Path pth, Reference reference) {
    try (OriginalCheckpoint checkpoint = OriginalCheckpoint.open(pth)) {
      WeightSource converted = checkpoint.weights(Part.TRANSFORMER);
      for (String name : reference.names()) {
        reference.compare(name, converted.tensor(name), 0);
      }
      for (String name : converted.names()) {
        if (!reference.has(name)) {
          reference.fail("unexpected " + name);
        }
      }
    }
  }
}
