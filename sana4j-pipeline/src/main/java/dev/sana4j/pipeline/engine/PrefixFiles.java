package dev.sana4j.pipeline.engine;

import dev.sana4j.files.Digests;
import dev.sana4j.gemma.GemmaEncoder;
import dev.sana4j.gemma.PrefixCache;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A disk cache for encoded prefixes of prompts: an instruction has a few hundred tokens and takes
 * seconds to encode. A file is valid for one dtype and one text encoder, identified by the names,
 * sizes and times of its files. If reading or writing fails, the prefix is encoded again.
 */
final class PrefixFiles {
  private static final int FORMAT = 1; // increased when the results of the encoder change
  private static final int MOST = 4; // tens of megabytes each
  private static final String ENDING = ".safetensors";

  private final Path folder;
  private final String encoder;

  private PrefixFiles(Path folder, String encoder) {
    this.folder = folder;
    this.encoder = encoder;
  }

  /**
   * Opens the cache of a text encoder.
   *
   * @param folder folder of the cache
   * @param textEncoder the encoder's folder
   * @param dtype the encoder's precision
   * @throws IOException if the encoder's folder cannot be read
   */
  static PrefixFiles of(Path folder, Path textEncoder, DType dtype) throws IOException {
    StringBuilder known = new StringBuilder("prefix " + FORMAT + " " + dtype);
    try (Stream<Path> files = Files.list(textEncoder)) {
      for (Path file : files.sorted().toList()) {
        Path real = file.toRealPath();
        known
            .append('\n')
            .append(real)
            .append(' ')
            .append(Files.size(real))
            .append(' ')
            .append(Files.getLastModifiedTime(real));
      }
    }
    return new PrefixFiles(folder, known.toString());
  }

  /** Returns the cached result for these tokens, if there is one; to be closed by the caller. */
  Optional<PrefixCache> read(GemmaEncoder network, int[] ids) {
    Path file = file(ids);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(network.readPrefix(file, ids.length));
    } catch (CheckpointException e) {
      return Optional.empty(); // it will be written again
    }
  }

  /** Stores the result for these tokens, and deletes the oldest files. */
  void write(int[] ids, PrefixCache prefix) {
    try {
      Files.createDirectories(folder);
      prefix.write(file(ids));
      deleteOldest();
    } catch (IOException | CheckpointException e) {
      // The next process computes it again.
    }
  }

  private Path file(int[] ids) {
    byte[] key = (encoder + "\n" + Arrays.toString(ids)).getBytes(StandardCharsets.UTF_8);
    return folder.resolve(Digests.sha256Hex(key) + ENDING);
  }

  private void deleteOldest() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> youngestFirst =
          files
              .filter(file -> file.toString().endsWith(ENDING))
              .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
              .toList();
      for (Path old :
          youngestFirst.subList(Math.min(MOST, youngestFirst.size()), youngestFirst.size())) {
        Files.deleteIfExists(old);
      }
    }
  }
}
