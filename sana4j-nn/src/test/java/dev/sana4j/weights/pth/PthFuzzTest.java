package dev.sana4j.weights.pth;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sana4j.weights.FuzzedFile;

/** Any bytes are an archive as torch.save writes it or are rejected in one line. */
class PthFuzzTest {

  @FuzzTest
  void archivesAreReadOrRefused(byte[] content) {
    FuzzedFile.readOrRefused(
        content,
        file -> {
          PthArchive archive = PthArchive.read(file);
          PthContents.read(file, archive.pickle(Unpickler.MAX_BYTES));
          archive.checkSums(bytes -> {});
        });
  }
}
