package dev.sana4j.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.BestOf.Choice;
import dev.sana4j.measure.BestOf.Scored;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationListener;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BestOfTest {
  private static SanaPipeline pipeline;
  private static GenerationRequest request;

  @TempDir private Path folder;

  /** A judge with fixed answers. */
  private record Fixed(List<Double> answers) implements Judge {
    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public List<Double> scores(String prompt, List<RgbImage> images) {
      return answers;
    }
  }

  @BeforeAll
  static void open() {
    pipeline =
        SanaPipeline.builder(References.path("pipelines/tiny-sana")).dtype(DType.FLOAT32).open();
    request = pipeline.request("a cat").steps(1).seed(5).build();
    pipeline.generate(request); // keeps tensors of the instruction until the pipeline is closed
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  private static Choice choose(double... answers) {
    Judge judge = new Fixed(Arrays.stream(answers).boxed().toList());
    return new BestOf(judge, answers.length).choose(pipeline, request, GenerationListener.NONE);
  }

  @Test
  void keepsTheImageWithTheHighestScore() {
    Choice choice = choose(1, 3, 2);
    assertThat(choice.best().seed()).isEqualTo(6);
    assertThat(choice.best().score()).isEqualTo(3);
    assertThat(choice.dropped()).extracting(Scored::seed).containsExactly(7L, 5L);
  }

  @Test
  void theKeptImageIsThatOfItsRequestAlone() {
    Choice choice = choose(1, 2);
    RgbImage alone = pipeline.generate(choice.best().image().request()).get(0).pixels();
    assertThat(choice.best().image().pixels().rgb()).isEqualTo(alone.rgb());
  }

  @Test
  void aPromptThatTheJudgeRefusesIsNotGenerated() {
    Judge strict =
        new Judge() {
          @Override
          public String name() {
            return "strict";
          }

          @Override
          public void check(String prompt) {
            throw new MeasureException("only dogs");
          }

          @Override
          public List<Double> scores(String prompt, List<RgbImage> images) {
            return List.of();
          }
        };
    assertThatThrownBy(
            () ->
                new BestOf(strict, 2)
                    .choose(
                        pipeline,
                        request,
                        progress -> {
                          throw new IllegalStateException("generated");
                        }))
        .hasMessage("only dogs");
  }

  @Test
  void theFirstOfEqualImagesIsKept() {
    assertThat(choose(2, 2).best().seed()).isEqualTo(5);
  }

  @Test
  void theMetadataNameJudgeScoreAndSeeds() {
    assertThat(choose(1, 3).json())
        .isEqualTo(
            "{\"judge\":\"fixed\",\"score\":3.0,\"seed\":6,\"of\":2,\"dropped\":[{\"seed\":5,"
                + "\"score\":1.0}]}");
  }

  @Test
  void pairsAreJsonLines() throws IOException {
    Choice choice = choose(1, 3);
    Path file = folder.resolve("pairs.jsonl");
    PreferencePairs pairs = new PreferencePairs(file);
    Scored dropped = choice.dropped().get(0);
    pairs.add(choice, Path.of("a.png"), dropped, Path.of("b.png"));
    pairs.add(choice, Path.of("a.png"), dropped, Path.of("b.png"));
    assertThat(Files.readAllLines(file))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("\"prompt\":\"a cat\"", "\"judge\":\"fixed\"")
                    .contains("\"chosen\":{\"image\":\"a.png\",\"seed\":6,\"score\":3.0}")
                    .contains("\"rejected\":{\"image\":\"b.png\",\"seed\":5,\"score\":1.0}"));
  }

  @Test
  void refusesAJudgeWithoutANumberForEachImage() {
    assertThatThrownBy(() -> choose(1, Double.NaN))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("one finite number for each of 2 images");
  }

  @Test
  void refusesARequestForSeveralImages() {
    GenerationRequest several = request.toBuilder().imagesPerPrompt(2).build();
    BestOf best = new BestOf(new Fixed(List.of(1.0)), 1);
    assertThatThrownBy(() -> best.choose(pipeline, several, GenerationListener.NONE))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("the request has 2");
  }

  @Test
  void refusesSharedNoiseWhichHasOneSeed() {
    GenerationRequest shared = request.toBuilder().noise(GenerationRequest.Noise.SHARED).build();
    BestOf best = new BestOf(new Fixed(List.of(1.0, 2.0)), 2);
    assertThatThrownBy(() -> best.choose(pipeline, shared, GenerationListener.NONE))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("needs independent noise");
  }
}
