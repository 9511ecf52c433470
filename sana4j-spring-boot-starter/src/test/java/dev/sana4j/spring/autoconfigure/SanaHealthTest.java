package dev.sana4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sana4j.spring.LazyPipeline;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SanaHealthTest {
  private static final String NAME = "sanaHealthIndicator";

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  SanaImageAutoConfiguration.class, SanaHealthAutoConfiguration.class));

  private static Health health(AssertableApplicationContext context) {
    return Objects.requireNonNull(context.getBean(HealthIndicator.class).health());
  }

  @Test
  void aModelThatIsNotLoadedYetIsUp() {
    application.run(
        context -> {
          assertThat(health(context).getStatus()).isEqualTo(Status.UP);
          assertThat(health(context).getDetails())
              .containsEntry("model", "emoji")
              .containsEntry("loaded", false);
        });
  }

  @Test
  void aLoadedModelIsUp() {
    application
        .withPropertyValues("spring.ai.sana.eager=true")
        .run(
            context -> {
              assertThat(health(context).getStatus()).isEqualTo(Status.UP);
              assertThat(health(context).getDetails()).containsEntry("loaded", true);
            });
  }

  @Test
  void aModelThatCannotBeLoadedIsDown() {
    application
        .withPropertyValues("spring.ai.sana.image.model=./missing")
        .run(
            context -> {
              LazyPipeline pipeline = context.getBean(LazyPipeline.class);
              assertThat(catchThrowable(pipeline::load)).isNotNull();
              assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
              assertThat(String.valueOf(health(context).getDetails().get("error")))
                  .contains("./missing");
            });
  }

  @Test
  void itCanBeSwitchedOff() {
    application
        .withPropertyValues("management.health.sana.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(NAME));
  }

  @Test
  void withoutTheImageModelThereIsNoHealth() {
    application
        .withPropertyValues("spring.ai.model.image=none")
        .run(context -> assertThat(context).doesNotHaveBean(NAME));
  }

  @Test
  void withoutTheActuatorThereIsNoHealth() {
    application
        .withClassLoader(new FilteredClassLoader(HealthIndicator.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(NAME));
  }
}
