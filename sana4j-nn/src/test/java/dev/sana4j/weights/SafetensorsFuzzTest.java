package dev.sana4j.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any bytes are a safetensors file or are rejected in one line. */
class SafetensorsFuzzTest {

  @FuzzTest
  void filesAreReadOrRefused(byte[] content) {
    FuzzedFile.readOrRefused(content, SafetensorsHeader::read);
  }
}
