package dev.sana4j.recipe;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record whose keys stand in YAML beside those of the record that holds it, without a block
 * around them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inline {

  /**
   * Returns what each component of the record means here, in their order.
   *
   * @return one {@link Key} per component
   */
  Key[] value();
}
