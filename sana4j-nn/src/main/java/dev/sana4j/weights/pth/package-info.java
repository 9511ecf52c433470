/**
 * Reads PyTorch's {@code .pth} files. The pickle is read without running it, and every entry of the
 * zip archive is checked before its bytes are used.
 */
@NullMarked
package dev.sana4j.weights.pth;

import org.jspecify.annotations.NullMarked;
