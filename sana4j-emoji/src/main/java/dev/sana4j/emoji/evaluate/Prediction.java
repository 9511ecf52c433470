package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Style;

/**
 * A scorer's classification of an image. Objects are indices in the list of objects; the index
 * after the last one means an unknown object.
 *
 * @param left left object of a pair
 * @param right right object of a pair
 * @param object a single object, or each of several equal ones
 * @param style style of the drawing
 * @param count number of objects, 1 to 3
 */
record Prediction(int left, int right, int object, Style style, int count) {}
