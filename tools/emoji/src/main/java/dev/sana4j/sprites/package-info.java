/** From emoji art to sheets of sprites; run by hand when the objects change. */
@NullMarked
package dev.sana4j.sprites;

import org.jspecify.annotations.NullMarked;
