package dev.sana4j.spring.autoconfigure;

import dev.sana4j.pipeline.PipelineBuilder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.spring.ImageMeter;
import dev.sana4j.spring.LazyPipeline;
import dev.sana4j.spring.SanaImageModel;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.observation.ImageModelObservationConvention;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Configures the image model, unless {@code spring.ai.model.image} names another one.
 *
 * <p>The application may define its own {@link SanaPipeline}, {@link LazyPipeline} or {@link
 * SanaImageModel} instead.
 */
@AutoConfiguration
@ConditionalOnClass(ImageModel.class)
@ConditionalOnProperty(
    name = SpringAIModelProperties.IMAGE_MODEL,
    havingValue = SanaImageAutoConfiguration.NAME,
    matchIfMissing = true)
@EnableConfigurationProperties(SanaProperties.class)
public final class SanaImageAutoConfiguration {
  static final String NAME = "sana";

  /** Returns the pipeline of the application if it has one, else that of the properties. */
  @Bean
  @ConditionalOnMissingBean
  LazyPipeline sanaLazyPipeline(SanaProperties properties, ObjectProvider<SanaPipeline> pipelines) {
    SanaPipeline own = pipelines.getIfAvailable();
    if (own != null) {
      return LazyPipeline.of(own);
    }
    Device device = Device.parse(properties.device());
    return LazyPipeline.of(() -> open(properties, device));
  }

  private static SanaPipeline open(SanaProperties properties, Device device) {
    PipelineBuilder builder = SanaPipeline.builder(properties.image().model()).device(device);
    DType dtype = properties.dtype();
    return (dtype == null ? builder : builder.dtype(dtype)).open();
  }

  @Bean
  @ConditionalOnMissingBean
  SanaImageModel sanaImageModel(
      LazyPipeline pipeline,
      SanaProperties properties,
      ObjectProvider<ObservationRegistry> observations,
      ObjectProvider<ImageModelObservationConvention> conventions,
      ObjectProvider<ImageMeter> meters) {
    return SanaImageModel.builder(pipeline)
        .options(properties.image().toOptions())
        .observationRegistry(observations.getIfUnique(() -> ObservationRegistry.NOOP))
        .observationConvention(conventions.getIfAvailable())
        .imageMeter(meters.getIfAvailable())
        .build();
  }

  @Bean
  @ConditionalOnProperty("spring.ai.sana.eager")
  SmartInitializingSingleton sanaEagerLoader(LazyPipeline pipeline) {
    return pipeline::load;
  }
}
