package dev.sana4j.spring.autoconfigure;

import dev.sana4j.spring.ImageMeter;
import dev.sana4j.spring.LazyPipeline;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Configures the metrics of the image model, if the application has a meter registry. */
@AutoConfiguration(
    after = SanaImageAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({LazyPipeline.class, MeterRegistry.class})
public final class SanaMetricsAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  ImageMeter sanaImageMeter(MeterRegistry registry, LazyPipeline pipeline) {
    return new MicrometerImageMeter(registry, pipeline);
  }
}
