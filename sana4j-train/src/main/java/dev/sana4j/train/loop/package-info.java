/** The loop of every training: batches in parts, gradients, checkpoints, metrics, samples. */
@NullMarked
package dev.sana4j.train.loop;

import org.jspecify.annotations.NullMarked;
