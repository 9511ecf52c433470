/** Model folders in the diffusers layout: which parts there are, and what their weights are. */
@NullMarked
package dev.sana4j.folder;

import org.jspecify.annotations.NullMarked;
