/**
 * Optimizers, and what they keep between steps: moments, master weights, averages, learning rates.
 */
@NullMarked
package dev.sana4j.train.optim;

import org.jspecify.annotations.NullMarked;
