/** Training configs: YAML files read into records whose every key is documented. */
@NullMarked
package dev.sana4j.recipe;

import org.jspecify.annotations.NullMarked;
