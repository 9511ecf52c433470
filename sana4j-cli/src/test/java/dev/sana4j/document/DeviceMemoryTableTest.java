package dev.sana4j.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.document.DeviceMemoryTable.Model;
import dev.sana4j.pipeline.model.DevicePlan;
import dev.sana4j.pipeline.model.DeviceSizes;
import dev.sana4j.pipeline.request.Offload;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The page about the memory of GPUs; {@code sana4j.docs.write=true} writes its table. */
class DeviceMemoryTableTest {
  private static final Path PAGE = MarkdownPages.DOCS.resolve("how-to/gpu.md");
  private static final String BEGIN = "<!-- table of memory: begin -->\n\n";
  private static final String END = "\n<!-- table of memory: end -->";

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BFLOAT16", "INT8"})
  void theRowsOfTheUsualModelAreUpToDate(DType dtype) throws IOException {
    assertThat(page()).contains(DeviceMemoryTable.row(Model.SPRINT_1600M, 1024, dtype));
  }

  @Test
  @Tag("slow")
  void theTableIsUpToDate() throws IOException {
    String table = DeviceMemoryTable.table();
    String page = page();
    if (Boolean.getBoolean("sana4j.docs.write")) {
      int begin = page.indexOf(BEGIN) + BEGIN.length();
      Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(page.indexOf(END)));
    }
    assertThat(page()).contains(BEGIN + table + END);
  }

  /** 16 and 12 GB hold everything; less memory needs the plans that the page names. */
  @ParameterizedTest
  @CsvSource({
    "16, NONE, false",
    "12, NONE, false",
    "11, TEXT_AFTER_USE, false",
    "8, TEXT_ON_CPU, false"
  })
  void cardsOfUsualSizesHoldSprintInBfloat16(int gigabytes, Offload text, boolean tiled) {
    DeviceSizes sizes = DeviceMemoryTable.sizes(Model.SPRINT_1600M, 1024, DType.BFLOAT16);
    DevicePlan plan = DevicePlan.choose(sizes, Offload.AUTO, false, gigabytes * 1_000_000_000L);
    assertThat(plan).isEqualTo(DevicePlan.of(sizes, text, tiled));
  }
}
