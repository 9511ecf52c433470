/** Shared by all trainings: exception, seeds, checks of numbers. */
@NullMarked
package dev.sana4j.train;

import org.jspecify.annotations.NullMarked;
