package dev.sana4j.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One key as its record declares it.
 *
 * @param name the key in YAML, in snake case
 * @param component where it is declared
 * @param annotation its documentation and default
 * @param nullable whether it may be left empty
 * @param outer the default that the block around it has for it, or null for its own
 * @param holder the inlined record that it is a component of, or null
 */
record RecipeKey(
    String name,
    RecordComponent component,
    Key annotation,
    boolean nullable,
    @Nullable String outer,
    @Nullable RecordComponent holder) {

  private static final Set<Class<?>> SCALARS =
      Set.of(
          int.class,
          Integer.class,
          long.class,
          Long.class,
          double.class,
          Double.class,
          boolean.class,
          Boolean.class,
          String.class,
          Path.class);

  /** Returns the keys of a record in the order of its declaration. */
  static List<RecipeKey> of(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).flatMap(RecipeKey::of).toList();
  }

  private static Stream<RecipeKey> of(RecordComponent component) {
    Inline inline = component.getAnnotation(Inline.class);
    if (inline == null) {
      return Stream.of(of(component, component.getAnnotation(Key.class), null));
    }
    RecordComponent[] inner = component.getType().getRecordComponents();
    if (inner.length != inline.value().length) {
      throw new RecipeException("@Inline of " + component + " needs " + inner.length + " keys");
    }
    return IntStream.range(0, inner.length)
        .mapToObj(i -> of(inner[i], inline.value()[i], component));
  }

  private static RecipeKey of(
      RecordComponent component, @Nullable Key annotation, @Nullable RecordComponent holder) {
    String where = component.getDeclaringRecord().getSimpleName() + "." + component.getName();
    if (annotation == null) {
      throw new RecipeException("the component " + where + " lacks @Key");
    }
    if (!supported(component.getGenericType())) {
      throw new RecipeException("the type of " + where + " cannot be read from a config");
    }
    AnnotatedType type = component.getAnnotatedType();
    boolean nullable = type.isAnnotationPresent(Nullable.class);
    return new RecipeKey(
        snakeCase(component.getName()), component, annotation, nullable, null, holder);
  }

  private static boolean supported(Type type) {
    if (type instanceof ParameterizedType list) {
      return list.getRawType() == List.class && supported(list.getActualTypeArguments()[0]);
    }
    return type instanceof Class<?> c && (SCALARS.contains(c) || c.isRecord() || c.isEnum());
  }

  /** Returns the type of the value. */
  Type type() {
    return component.getGenericType();
  }

  /** Returns the record that the value is or that its list holds, or null for plain values. */
  @Nullable Class<?> block() {
    Type inner = element(type());
    return inner instanceof Class<?> c && c.isRecord() ? c : null;
  }

  /** Returns whether the value is a list. */
  boolean isList() {
    return type() instanceof ParameterizedType;
  }

  /** Returns whether the value is a nested record that is present by default. */
  boolean isBlock() {
    return !isList() && block() != null && !nullable;
  }

  /** Returns the default as YAML text, or null if the key must be given. */
  @Nullable String fallback() {
    if (isBlock()) {
      return "{}"; // its own value only overrides the defaults of the keys inside
    }
    return ownFallback();
  }

  /** Returns whether the block around it replaces its default. */
  boolean hasOuterDefault() {
    return outer != null && !outer.equals(annotation.value());
  }

  private @Nullable String ownFallback() {
    if (outer != null) {
      return outer;
    }
    if (!annotation.value().equals(Key.REQUIRED)) {
      return annotation.value();
    }
    return nullable ? "null" : null;
  }

  /**
   * Returns the keys of the record that the value is or that its list holds. Where the default of
   * this key names some of them, their defaults are those.
   */
  List<RecipeKey> inside() {
    Class<?> block = block();
    if (block == null) {
      return List.of();
    }
    String own = isBlock() ? ownFallback() : null;
    JsonNode defaults = YamlTree.parse(own == null ? "{}" : own, "the default of '" + name + "'");
    List<RecipeKey> keys = of(block);
    defaults.fieldNames().forEachRemaining(field -> require(field, keys));
    return keys.stream().map(key -> key.under(defaults.path(key.name))).toList();
  }

  private void require(String field, List<RecipeKey> keys) {
    if (keys.stream().noneMatch(key -> key.name.equals(field))) {
      throw new RecipeException(
          "the default of '" + name + "' names '" + field + "', which is not a key");
    }
  }

  private RecipeKey under(JsonNode given) {
    String text = given.isValueNode() ? given.asText() : given.toString();
    return given.isMissingNode()
        ? this
        : new RecipeKey(name, component, annotation, nullable, text, holder);
  }

  /** Returns the documentation, with the choices where the value is one of a few. */
  String doc() {
    return element(type()) instanceof Class<?> c && c.isEnum()
        ? annotation.doc() + " One of: " + choices(c) + "."
        : annotation.doc();
  }

  /** Returns the names of an enum's constants in YAML, separated by commas. */
  static String choices(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(RecipeKey::choice)
        .collect(Collectors.joining(", "));
  }

  /** Returns the name of an enum's constant in YAML: lower case with dashes. */
  static String choice(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String snakeCase(String camelCase) {
    return camelCase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private static Type element(Type type) {
    return type instanceof ParameterizedType list
        ? element(list.getActualTypeArguments()[0])
        : type;
  }
}
