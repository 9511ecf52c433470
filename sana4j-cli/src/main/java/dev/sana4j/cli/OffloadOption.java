package dev.sana4j.cli;

import dev.sana4j.pipeline.request.Offload;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where the text encoder of a model on a GPU is kept. */
final class OffloadOption {
  @Option(
      names = "--offload",
      paramLabel = "WHERE",
      defaultValue = "auto",
      completionCandidates = Names.class,
      converter = OffloadConverter.class,
      description =
          "Text encoder of a model on a GPU: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})."
              + " auto chooses the first of the others that fits into the free GPU memory.")
  private Offload offload = Offload.AUTO;

  Offload value() {
    return offload;
  }

  /** The values in help and completion. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Offload.values()).map(Offload::toString).iterator();
    }
  }

  /** Converts the name of a value. */
  static final class OffloadConverter implements ITypeConverter<Offload> {
    @Override
    public Offload convert(String text) {
      return Arrays.stream(Offload.values())
          .filter(value -> value.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is not one of " + String.join(", ", new Names())));
    }
  }
}
