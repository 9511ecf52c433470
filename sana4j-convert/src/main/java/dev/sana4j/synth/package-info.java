/**
 * Models with random weights in the sizes of the public ones: to measure time and memory, or to try
 * a machine, where the weights are not available.
 *
 * <p>{@link dev.sana4j.synth.SyntheticModel} is the sizes, {@link dev.sana4j.synth.ModelSynthesis}
 * writes a folder of them.
 */
@NullMarked
package dev.sana4j.synth;

import org.jspecify.annotations.NullMarked;
