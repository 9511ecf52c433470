package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateMetricsTest {
  private static final Path CLIP = Models.REFERENCE.resolve("clip/model");

  @TempDir private Path folder;
  private Path prompts = Path.of("");

  @BeforeEach
  void write() throws IOException {
    prompts =
        Files.writeString(
            folder.resolve("prompts.jsonl"),
            """
            {"prompt":"a cat","include":[{"class":"cat","count":1}]}
            {"prompt":"a red car"}
            """);
  }

  private Run measure(Object... given) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("evaluate", "--model", Models.SANA, "--steps", 1, "--prompts", prompts));
    arguments.addAll(List.of("-o", folder.resolve("out")));
    arguments.addAll(List.of(given));
    return Run.sana(arguments.toArray());
  }

  private JsonNode candidate(int index) throws IOException {
    return Models.JSON
        .readTree(folder.resolve("out/measurements.json").toFile())
        .get("candidates")
        .get(index);
  }

  @Test
  void writesTableJsonPlotReportAndImages() throws IOException {
    Run run = measure("--metrics", "clip", "--clip", CLIP).succeeds();
    assertThat(run.out()).contains("CLIP", "tiny-sana-1-steps", "index.html");
    assertThat(candidate(0).at("/clip/n").asInt()).isEqualTo(2);
    Path out = folder.resolve("out");
    assertThat(out.resolve("measurements.png")).exists();
    assertThat(out.resolve("index.html")).exists();
    assertThat(out.resolve("tiny-sana-1-steps/page-0001.html")).exists();
    assertThat(out.resolve("tiny-sana-1-steps/images/000002.png")).exists();
  }

  @Test
  void aSecondRunAddsAMetricWithoutNewImages() throws IOException {
    measure("--metrics", "clip", "--clip", CLIP).succeeds();
    Path images = folder.resolve("out/tiny-sana-1-steps/images");
    Object before = Files.getLastModifiedTime(images.resolve("000001.png"));
    measure("--metrics", "psnr,ssim", "--reference", images).succeeds();
    assertThat(Files.getLastModifiedTime(images.resolve("000001.png"))).isEqualTo(before);
    assertThat(candidate(0).at("/psnr/value").asDouble()).isGreaterThan(100);
  }

  @Test
  void objectsAreCheckedWithTheFilesOfADetector() throws IOException {
    Path detections = Files.createDirectory(folder.resolve("detections"));
    Files.writeString(
        detections.resolve("000001.json"), "[{\"class\":\"cat\",\"score\":0.9,\"box\":[0,0,9,9]}]");
    measure("--metrics", "objects", "--detections", detections).succeeds();
    assertThat(candidate(0).at("/objects/value").asDouble()).isEqualTo(100);
    assertThat(candidate(0).at("/objects_by_tag/all/n").asInt()).isEqualTo(1);
  }

  @Test
  void refusesTheFolderOfOtherSettings() {
    measure("--metrics", "clip", "--clip", CLIP).succeeds();
    measure("--metrics", "clip", "--clip", CLIP, "--seed", 3)
        .isRefused("has images of another seed");
    measure("--metrics", "clip", "--clip", CLIP, "--seed", 3, "--overwrite").succeeds();
  }

  @Test
  void refusesMissingParts() {
    measure("--metrics", "clip").isRefused("the metric clip needs --clip MODEL");
    measure("--metrics", "fid", "--inception", "x.pth")
        .isRefused("the metric fid needs --reference PATH");
    measure("--metrics", "objects").isRefused("the metric objects needs --detections DIR");
    measure("--metrics", "objects", "--stream", "--detections", folder)
        .isRefused("do not use --stream with objects");
    measure("--metrics", "psnr", "--reference", folder.resolve("none")).isRefused("does not exist");
    measure().isRefused("a file of prompts needs --metrics");
  }
}
