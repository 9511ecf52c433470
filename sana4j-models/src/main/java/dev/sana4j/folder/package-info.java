/**
 * Model folders in the diffusers layout. {@link dev.sana4j.folder.ModelFolder} opens one and
 * describes its parts and weights.
 */
@NullMarked
package dev.sana4j.folder;

import org.jspecify.annotations.NullMarked;
