package dev.sana4j.sana;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.ConfigWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SanaConfigSettingsTest {
  @TempDir private Path folder;

  private ConfigFile written(Map<String, Object> settings) {
    Path file = folder.resolve("config.json");
    ConfigWriter.write(file, settings);
    return ConfigFile.read(file);
  }

  @Test
  void aWrittenTransformerConfigReadsBack() {
    SanaConfig config = SanaConfig.sprint1600m();
    assertThat(SanaConfig.read(written(config.settings()))).isEqualTo(config);
  }

  @Test
  void aTeacherHasDenseTimeAndNormalizedQueriesAndKeys() {
    SanaConfig teacher = SanaConfig.read(written(SanaConfig.sprint1600m().teacher().settings()));
    assertThat(teacher.timestepScale()).isEqualTo(0.001);
    assertThat(teacher.qkNorm()).isTrue();
  }

  @Test
  void aWrittenTextEncoderConfigReadsBack() {
    GemmaConfig config = GemmaConfig.gemma2b();
    assertThat(GemmaConfig.read(written(config.settings()))).isEqualTo(config);
  }
}
