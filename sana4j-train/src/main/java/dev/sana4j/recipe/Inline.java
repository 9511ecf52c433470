package dev.sana4j.recipe;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record whose YAML keys are placed directly among those of the enclosing record, without a
 * block.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inline {

  /**
   * Returns the documentation of each component of the record, in their order.
   *
   * @return one {@link Key} per component
   */
  Key[] value();
}
