/** Training of a text encoder as a language model of captions. */
@NullMarked
package dev.sana4j.train.text;

import org.jspecify.annotations.NullMarked;
