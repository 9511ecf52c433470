package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Style;

/**
 * A scorer's prediction for an image. Objects are indices in the list of objects; the index after
  * the last means an unknown object.
 *
 * @param left the left object of a pair
 * @param right the right object of a pair
 * @param object a single object, or each of several equal ones
 * @param style how it is drawn
 * @param count how many there are, 1 to 3
 */
record Prediction(int left, int right, int object, Style style, int count) {}
