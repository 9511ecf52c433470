/**
 * Compares the results of this machine with a folder of reference inputs and outputs.
 *
 * <p>{@link dev.sana4j.verify.Verification} discovers the cases of a folder and runs them; the
 * {@code sana verify} command prints the results, and the parity tests assert them. Sizes, prompts,
 * seeds and step counts are read from the files, so any folder of the same layout works.
 */
@NullMarked
package dev.sana4j.verify;

import org.jspecify.annotations.NullMarked;
