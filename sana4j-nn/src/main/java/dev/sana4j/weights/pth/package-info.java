/**
 * PyTorch's {@code .pth} files: a pickle read without running it, in a zip archive of which every
 * entry is checked before a byte of it is used.
 */
@NullMarked
package dev.sana4j.weights.pth;

import org.jspecify.annotations.NullMarked;
