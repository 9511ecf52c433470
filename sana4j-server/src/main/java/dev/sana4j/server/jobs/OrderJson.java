package dev.sana4j.server.jobs;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.InputImage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Orders and clients as JSON. All components of the records are written, so that a new one needs no
 * code here; one that an older version did not write is read as null, 0 or false. Input images are
 * written as size and digest, wherever they are, and their pixels are collected.
 */
final class OrderJson {
  private static final int DEEPEST = 32;
  private static final String PIXELS = "pixels";
  private static final ObjectMapper JSON =
      StrictJson.bounded(DEEPEST)
          .addModule(
              new SimpleModule()
                  .addSerializer(Duration.class, new WrittenDuration())
                  .addDeserializer(Duration.class, new ReadDuration())
                  .addSerializer(InputImage.class, new WrittenImage())
                  .addDeserializer(InputImage.class, new ReadImage()))
          .build();

  private OrderJson() {}

  /**
   * An order as text.
   *
   * @param json the order
   * @param inputs its input images: digest to interleaved RGB
   */
  record Written(String json, Map<String, byte[]> inputs) {}

  static Written write(JobOrder order) {
    Map<String, byte[]> inputs = new HashMap<>();
    try {
      return new Written(
          JSON.writer().withAttribute(PIXELS, inputs).writeValueAsString(order), inputs);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads an order; images whose pixels are not found have only size and digest. */
  static JobOrder read(String json, Function<String, Optional<byte[]>> pixels) {
    JobOrder order;
    try {
      order = JSON.readerFor(JobOrder.class).withAttribute(PIXELS, pixels).readValue(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a stored order cannot be read: " + reason(e), e);
    }
    if (Stream.of(order.model(), order.request(), order.format(), order.deadline())
        .anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("a stored order is not complete");
    }
    return order;
  }

  static String write(Client client) {
    try {
      return JSON.writeValueAsString(client);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Client client(String json) {
    try {
      return JSON.readValue(json, Client.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a stored client cannot be read: " + reason(e), e);
    }
  }

  private static String reason(JsonProcessingException error) {
    return error.getOriginalMessage().lines().findFirst().orElse("it is not valid");
  }

  private static final class WrittenDuration extends JsonSerializer<Duration> {
    @Override
    public void serialize(Duration value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(value.toString());
    }
  }

  private static final class ReadDuration extends JsonDeserializer<Duration> {
    @Override
    public Duration deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return Duration.parse(json.getText());
    }
  }

  private static final class WrittenImage extends JsonSerializer<InputImage> {
    @Override
    public void serialize(InputImage image, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (provider.getAttribute(PIXELS) instanceof Map<?, ?> inputs && image.isPresent()) {
        @SuppressWarnings("unchecked") // set by write
        Map<String, byte[]> collected = (Map<String, byte[]>) inputs;
        collected.put(image.sha256(), image.pixels().rgb());
      }
      json.writeStartObject();
      json.writeNumberField("width", image.size().width());
      json.writeNumberField("height", image.size().height());
      json.writeStringField("sha256", image.sha256());
      json.writeEndObject();
    }
  }

  private static final class ReadImage extends JsonDeserializer<InputImage> {
    @Override
    public InputImage deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      JsonNode node = context.readTree(json);
      ImageSize size = new ImageSize(node.path("width").asInt(), node.path("height").asInt());
      String digest = node.path("sha256").asText();
      @SuppressWarnings("unchecked") // set by read
      Function<String, Optional<byte[]>> pixels =
          (Function<String, Optional<byte[]>>) context.getAttribute(PIXELS);
      return pixels
          .apply(digest)
          .map(rgb -> InputImage.of(RgbImage.of(size.width(), size.height(), rgb)))
          .filter(image -> image.sha256().equals(digest))
          .orElseGet(() -> InputImage.known(size, digest));
    }
  }
}
