/** Processes that share a training. */
@NullMarked
package dev.sana4j.train.workers;

import org.jspecify.annotations.NullMarked;
