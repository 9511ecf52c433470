/** Optimizers and their state: moments, master weights, averages, learning rates. */
@NullMarked
package dev.sana4j.train.optim;

import org.jspecify.annotations.NullMarked;
