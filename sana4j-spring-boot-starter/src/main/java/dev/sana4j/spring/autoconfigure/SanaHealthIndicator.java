package dev.sana4j.spring.autoconfigure;

import dev.sana4j.spring.LazyPipeline;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The health of the image model: down if the model could not be loaded the last time, else up. A
 * model that is not loaded yet is up.
 *
 * @param pipeline loads the model
 * @param model name of the model
 */
record SanaHealthIndicator(LazyPipeline pipeline, String model) implements HealthIndicator {

  @Override
  public Health health() {
    return pipeline
        .failure()
        .map(failure -> Health.down(failure))
        .orElseGet(Health::up)
        .withDetail("model", model)
        .withDetail("loaded", pipeline.isLoaded())
        .build();
  }
}
