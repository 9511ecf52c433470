package dev.sana4j.spring.autoconfigure;

import dev.sana4j.spring.LazyPipeline;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Configures the health of the image model, if the application has the actuator. */
@AutoConfiguration(after = SanaImageAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(LazyPipeline.class)
@ConditionalOnEnabledHealthIndicator(SanaImageAutoConfiguration.NAME)
public final class SanaHealthAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(name = "sanaHealthIndicator")
  HealthIndicator sanaHealthIndicator(LazyPipeline pipeline, SanaProperties properties) {
    return new SanaHealthIndicator(pipeline, properties.image().model());
  }
}
