package dev.sana4j.examples.springai;

import dev.sana4j.files.SanaException;
import dev.sana4j.spring.SanaImageGenerationMetadata;
import dev.sana4j.spring.SanaImageOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Generates the images of the page. */
@RestController
class ImageController {
  private static final int LONGEST_SIDE = 1024;

  private final ImageModel imageModel;

  ImageController(ImageModel imageModel) {
    this.imageModel = imageModel;
  }

  /** What the page sends; null for the default. */
  record ImageOrder(
      String prompt,
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Long seed,
      @Nullable String negativePrompt) {}

  /** What the page receives: a PNG file in base64, and how it was generated. */
  record ImageAnswer(String png, SanaImageGenerationMetadata metadata) {}

  // tag::generate[]
  @PostMapping("/images")
  ImageAnswer generate(@RequestBody ImageOrder order) {
    SanaImageOptions options =
        SanaImageOptions.builder()
            .width(limited(order.width()))
            .height(limited(order.height()))
            .seed(order.seed())
            .negativePrompt(order.negativePrompt())
            .build();
    ImageResponse response = imageModel.call(new ImagePrompt(order.prompt(), options));
    ImageGeneration image = response.getResults().get(0);
    return new ImageAnswer(
        image.getOutput().getB64Json(), (SanaImageGenerationMetadata) image.getMetadata());
  }

  // end::generate[]

  private static @Nullable Integer limited(@Nullable Integer side) {
    return side == null ? null : Math.min(side, LONGEST_SIDE);
  }

  // tag::errors[]
  /** Answers 400 with the message of sana4j if the input was wrong, such as an empty prompt. */
  @ExceptionHandler
  ProblemDetail failed(SanaException failure) {
    return ProblemDetail.forStatusAndDetail(
        failure.isRefusal() ? HttpStatus.BAD_REQUEST : HttpStatus.INTERNAL_SERVER_ERROR,
        failure.getMessage());
  }
  // end::errors[]
}
