/**
 * Models with random weights in the sizes of the public ones. They serve to measure time and
 * memory, or to test a machine, without the published weights.
 *
 * <p>{@link dev.sana4j.synth.SyntheticModel} holds the sizes, and {@link
 * dev.sana4j.synth.ModelSynthesis} writes a folder of them.
 */
@NullMarked
package dev.sana4j.synth;

import org.jspecify.annotations.NullMarked;
