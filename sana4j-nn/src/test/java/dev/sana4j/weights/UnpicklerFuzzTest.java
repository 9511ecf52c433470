package dev.sana4j.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;

/** Any bytes are a checkpoint's pickle or refused in one line. */
class UnpicklerFuzzTest {
  private static final Path FILE = Path.of("fuzzed.pth");

  @FuzzTest
  void picklesAreReadOrRefused(byte[] pickle) {
    FuzzedFile.readOrRefused(() -> PthContents.read(FILE, pickle));
  }
}
