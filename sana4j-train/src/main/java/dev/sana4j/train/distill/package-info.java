/** Distillation of a teacher to a SANA-Sprint student. */
@NullMarked
package dev.sana4j.train.distill;

import org.jspecify.annotations.NullMarked;
