/** Trainings with flow matching: base model, fine-tuning, teacher. */
@NullMarked
package dev.sana4j.train.flow;

import org.jspecify.annotations.NullMarked;
