/**
 * Images in memory and image files.
 *
 * <p>{@link dev.sana4j.image.RgbImage} is an image in memory. {@link dev.sana4j.image.ImageFiles}
 * reads and writes PNG, JPEG and WebP files and reads the texts in a PNG. It checks the size of an
 * image before decoding it and writes files atomically. {@link dev.sana4j.image.ImageSize} is a
 * width and height in pixels. {@link dev.sana4j.image.AspectRatioBins} finds the nearest size that
 * a model was trained on.
 *
 * <p>Every failure is an {@link dev.sana4j.image.ImageException} with a one-line message. The
 * package works without a display.
 */
@NullMarked
package dev.sana4j.image;

import org.jspecify.annotations.NullMarked;
