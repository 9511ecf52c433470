package dev.sana4j.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a record back into YAML: every key, texts in quotes, no comments. */
final class RecipeWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private RecipeWriter() {}

  /** Returns the YAML of a record. */
  static String write(Record recipe) {
    try {
      return YAML.writeValueAsString(block(recipe));
    } catch (JsonProcessingException e) {
      throw new RecipeException("the config cannot be written: " + e.getOriginalMessage(), e);
    }
  }

  private static ObjectNode block(Record recipe) {
    ObjectNode block = NODES.objectNode();
    for (RecipeKey key : RecipeKey.of(recipe.getClass())) {
      block.set(key.name(), node(value(recipe, key)));
    }
    return block;
  }

  private static @Nullable Object value(Record recipe, RecipeKey key) {
    RecordComponent holder = key.holder();
    return holder != null && Records.value(recipe, holder) instanceof Record inlined
        ? Records.value(inlined, key.component())
        : Records.value(recipe, key.component());
  }

  private static JsonNode node(@Nullable Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (value instanceof Record block) {
      return block(block);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode();
      list.forEach(element -> array.add(node(element)));
      return array;
    }
    if (value instanceof Boolean bool) {
      return NODES.booleanNode(bool);
    }
    if (value instanceof Double number) {
      return NODES.numberNode(number.doubleValue());
    }
    if (value instanceof Number number) {
      return NODES.numberNode(number.longValue());
    }
    return NODES.textNode(value instanceof Enum<?> ? RecipeKey.choice(value) : value.toString());
  }
}
