package dev.sana4j.recipe;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A key of a training config, written on the record component that holds its value.
 *
 * <p>The component's name in snake case is the key: {@code learningRate} is {@code learning_rate}.
 * Components are of type int, long, double, boolean, String, Path, an enum, a record of keys, or a
 * {@code List} of those.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {

  /** Marks a key without a default. */
  String REQUIRED = "\0required";

  /**
   * Returns the meaning of the key, with its unit; it is printed in templates and tables.
   *
   * @return one or more sentences
   */
  String doc();

  /**
   * Returns the default as YAML text, such as {@code 2e-5} or {@code [to_q, to_k]}.
   *
   * <p>Without it a {@code @Nullable} component defaults to null, a nested record to its own
   * defaults, and any other key must be given.
   *
   * @return YAML in one line
   */
  String value() default REQUIRED;

  /**
   * Returns whether the path is that of a model, which {@link ModelPaths} may find by a name.
   *
   * @return false for all other paths
   */
  boolean model() default false;
}
