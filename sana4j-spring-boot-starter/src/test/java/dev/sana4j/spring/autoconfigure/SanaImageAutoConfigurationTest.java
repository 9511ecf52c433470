package dev.sana4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.folder.ModelException;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.spring.LazyPipeline;
import dev.sana4j.spring.SanaImageModel;
import dev.sana4j.spring.SanaImageOptions;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.TensorException;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SanaImageAutoConfigurationTest {
  private static final String PROMPT = "a red apple on a blue background";

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(SanaImageAutoConfiguration.class));

  private final ApplicationContextRunner small =
      application.withPropertyValues(
          "spring.ai.sana.image.width=64",
          "spring.ai.sana.image.height=64",
          "spring.ai.sana.image.steps=1");

  @Configuration(proxyBeanMethods = false)
  static class OwnPipeline {
    @Bean
    SanaPipeline pipeline() {
      return SanaPipeline.builder(EmojiModel.open()).name("own").open();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnModel {
    @Bean
    SanaImageModel own(LazyPipeline pipeline) {
      return SanaImageModel.builder(pipeline).build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Observed {
    @Bean
    TestObservationRegistry observations() {
      return TestObservationRegistry.create();
    }
  }

  @Test
  void thereIsAnImageModelThatIsNotLoadedYet() {
    application.run(
        context -> {
          assertThat(context).hasSingleBean(ImageModel.class).hasSingleBean(SanaImageModel.class);
          assertThat(context.getBean(LazyPipeline.class).isLoaded()).isFalse();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "openai"})
  void anotherImageModelReplacesIt(String name) {
    application
        .withPropertyValues("spring.ai.model.image=" + name)
        .run(
            context ->
                assertThat(context)
                    .doesNotHaveBean(ImageModel.class)
                    .doesNotHaveBean(LazyPipeline.class));
  }

  @Test
  void itIsChosenByItsName() {
    application
        .withPropertyValues("spring.ai.model.image=sana")
        .run(context -> assertThat(context).hasSingleBean(SanaImageModel.class));
  }

  @Test
  void withoutSpringAiThereIsNothing() {
    application
        .withClassLoader(new FilteredClassLoader(ImageModel.class))
        .run(context -> assertThat(context).doesNotHaveBean(LazyPipeline.class));
  }

  @Test
  void theModelOfTheApplicationReplacesIt() {
    application
        .withUserConfiguration(OwnModel.class)
        .run(context -> assertThat(context).hasSingleBean(SanaImageModel.class).hasBean("own"));
  }

  @Test
  void thePipelineOfTheApplicationIsUsed() {
    small
        .withUserConfiguration(OwnPipeline.class)
        .run(
            context -> {
              assertThat(context.getBean(LazyPipeline.class).isLoaded()).isTrue();
              ImageResponse response =
                  context.getBean(ImageModel.class).call(new ImagePrompt(PROMPT));
              assertThat(response.getMetadata().<String>get("model")).isEqualTo("own");
            });
  }

  @Test
  void propertiesAreTheDefaultOptions() {
    application
        .withPropertyValues(
            "spring.ai.sana.dtype=bfloat16",
            "spring.ai.sana.image.model=my-model",
            "spring.ai.sana.image.n=2",
            "spring.ai.sana.image.width=512",
            "spring.ai.sana.image.height=768",
            "spring.ai.sana.image.steps=4",
            "spring.ai.sana.image.guidance-scale=3.5",
            "spring.ai.sana.image.seed=7",
            "spring.ai.sana.image.negative-prompt=text",
            "spring.ai.sana.image.lora[0]=style.safetensors:0.5",
            "spring.ai.sana.image.lora[1]=subject.safetensors",
            "spring.ai.sana.image.strength=0.3")
        .run(
            context -> {
              assertThat(context.getBean(SanaProperties.class).dtype()).isEqualTo(DType.BFLOAT16);
              SanaImageOptions options = context.getBean(SanaImageModel.class).getOptions();
              assertThat(options)
                  .isEqualTo(
                      SanaImageOptions.builder()
                          .model("my-model")
                          .n(2)
                          .width(512)
                          .height(768)
                          .steps(4)
                          .guidanceScale(3.5)
                          .seed(7L)
                          .negativePrompt("text")
                          .adapters(
                              List.of(
                                  new LoraChoice("style.safetensors", 0.5),
                                  new LoraChoice("subject.safetensors", 1)))
                          .strength(0.3)
                          .build());
            });
  }

  @Test
  void theBundledModelIsTheDefault() {
    small.run(
        context -> {
          ImageResponse response = context.getBean(ImageModel.class).call(new ImagePrompt(PROMPT));
          assertThat(response.getResults()).hasSize(1);
          assertThat(response.getMetadata().<String>get("model")).isEqualTo("emoji");
          assertThat(context.getBean(LazyPipeline.class).isLoaded()).isTrue();
        });
  }

  @Test
  void theModelIsLoadedAtTheStartIfWantedAndClosedAtTheEnd() {
    long before = LiveTensors.count();
    application
        .withPropertyValues("spring.ai.sana.eager=true")
        .run(
            context -> {
              assertThat(context.getBean(LazyPipeline.class).isLoaded()).isTrue();
              assertThat(LiveTensors.count()).isGreaterThan(before);
            });
    assertThat(LiveTensors.count()).isEqualTo(before);
  }

  @Test
  void anUnknownModelStopsTheStartOnlyIfItIsLoadedThen() {
    var unknown = application.withPropertyValues("spring.ai.sana.image.model=./missing");

    unknown.run(context -> assertThat(context).hasNotFailed());
    unknown
        .withPropertyValues("spring.ai.sana.eager=true")
        .run(context -> assertThat(context).getFailure().isInstanceOf(ModelException.class));
  }

  @Test
  void anUnknownDeviceStopsTheStart() {
    application
        .withPropertyValues("spring.ai.sana.device=tpu")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(TensorException.class)
                    .hasMessageContaining("tpu"));
  }

  @Test
  void requestsAreObserved() {
    small
        .withUserConfiguration(Observed.class)
        .run(
            context -> {
              context.getBean(ImageModel.class).call(new ImagePrompt(PROMPT));
              TestObservationRegistryAssert.assertThat(
                      Objects.requireNonNull(context.getBean(TestObservationRegistry.class)))
                  .hasObservationWithNameEqualTo("gen_ai.client.operation")
                  .that()
                  .hasContextualNameEqualTo("image emoji")
                  .hasLowCardinalityKeyValue("gen_ai.system", "sana")
                  .hasLowCardinalityKeyValue("gen_ai.request.model", "emoji")
                  .hasHighCardinalityKeyValue("gen_ai.request.image.size", "64x64")
                  .hasBeenStopped();
            });
  }
}
