/**
 * Pixels and the files that hold them.
 *
 * <p>An image in memory is an {@link dev.sana4j.image.RgbImage}; {@link
 * dev.sana4j.image.ImageFiles} writes it to a PNG, JPEG or WebP file without ever leaving half a
 * file behind, reads images back with their size checked before anything is decoded, and reads the
 * texts a PNG carries. {@link dev.sana4j.image.ImageSize} is a request's width and height; {@link
 * dev.sana4j.image.AspectRatioBins} finds the size a model was trained on that comes closest to it.
 *
 * <p>Everything that can go wrong here is a {@link dev.sana4j.image.ImageException} of one line.
 * Nothing needs a screen.
 */
@NullMarked
package dev.sana4j.image;

import org.jspecify.annotations.NullMarked;
