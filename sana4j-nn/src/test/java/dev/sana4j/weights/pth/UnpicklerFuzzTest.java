package dev.sana4j.weights.pth;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sana4j.weights.FuzzedFile;
import java.nio.file.Path;

/** Any bytes are a checkpoint's pickle or are rejected in one line. */
class UnpicklerFuzzTest {
  private static final Path FILE = Path.of("fuzzed.pth");

  @FuzzTest
  void picklesAreReadOrRefused(byte[] pickle) {
    FuzzedFile.readOrRefused(() -> PthContents.read(FILE, pickle));
  }
}
