/** Trainers: objectives, optimizers, checkpoints, and the loop that joins them. */
@NullMarked
package dev.sana4j.train;

import org.jspecify.annotations.NullMarked;
