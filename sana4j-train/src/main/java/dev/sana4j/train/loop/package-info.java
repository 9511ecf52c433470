/** The loop of every training: parts of batches, gradients, checkpoints, metrics and samples. */
@NullMarked
package dev.sana4j.train.loop;

import org.jspecify.annotations.NullMarked;
