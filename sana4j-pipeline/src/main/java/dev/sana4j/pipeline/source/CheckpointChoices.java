package dev.sana4j.pipeline.source;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.FileException;
import dev.sana4j.files.IoReason;
import dev.sana4j.hub.HubId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which checkpoint was chosen from all files of a repository. Without the hub, only the downloaded
 * files are known, and the only one of them may not be the only one of the repository.
 *
 * @param root folder with one file per commit; created if missing
 */
record CheckpointChoices(Path root) {
  private static final int LONGEST = 1 << 12;

  /** Stores the path of the checkpoint of a commit. */
  void remember(HubId commit, String path) {
    try {
      Files.createDirectories(root);
      AtomicFile.write(
          file(commit),
          AtomicFile.Mode.REPLACE,
          out -> out.write(path.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new FileException(root + " cannot be written: " + IoReason.of(e), e);
    }
  }

  /** Returns the path of the checkpoint of a commit, if it was chosen before. */
  Optional<String> of(HubId commit) {
    Path file = file(commit);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new FileException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private Path file(HubId commit) {
    return root.resolve(commit.repository().replace("/", "--") + "@" + commit.revision());
  }
}
