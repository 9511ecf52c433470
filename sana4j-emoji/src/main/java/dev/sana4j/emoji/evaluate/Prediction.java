package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Style;

/**
 * What a scorer says is in an image. Objects are their numbers in the list of objects; one more
 * than the last is nothing that it knows.
 *
 * @param left what is on the left of a pair
 * @param right what is on the right of a pair
 * @param object what a single object is, or each of several equal ones
 * @param style how it is drawn
 * @param count how many there are, 1 to 3
 */
record Prediction(int left, int right, int object, Style style, int count) {}
