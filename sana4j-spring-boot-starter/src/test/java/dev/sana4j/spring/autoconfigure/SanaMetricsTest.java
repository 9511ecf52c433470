package dev.sana4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.spring.ImageMeter;
import dev.sana4j.spring.SanaImageOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SanaMetricsTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  SanaImageAutoConfiguration.class, SanaMetricsAutoConfiguration.class));

  @Test
  void imagesAreCountedAndTimed() {
    application
        .withBean(SimpleMeterRegistry.class)
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              assertThat(meters.get("sana.model.loaded").gauge().value()).isZero();
              var options = SanaImageOptions.builder().n(2).width(64).height(64).steps(1).build();
              var prompt = new ImagePrompt("a red apple on a blue background", options);
              context.getBean(ImageModel.class).call(prompt);
              assertThat(meters.get("sana.images").counter().count()).isEqualTo(2);
              assertThat(meters.get("sana.image.time").timer().count()).isEqualTo(2);
              assertThat(meters.get("sana.model.loaded").gauge().value()).isEqualTo(1);
            });
  }

  @Test
  void withoutARegistryThereAreNoMetrics() {
    application.run(
        context ->
            assertThat(context).hasSingleBean(ImageModel.class).doesNotHaveBean(ImageMeter.class));
  }

  @Test
  void withoutMicrometerThereAreNoMetrics() {
    application
        .withClassLoader(new FilteredClassLoader(MeterRegistry.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ImageMeter.class));
  }
}
