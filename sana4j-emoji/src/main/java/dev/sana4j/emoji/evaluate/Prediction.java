package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Style;

/**
 * A scorer's classification of an image. Objects are indices in the list of objects; the index
 * after the last one means an unknown object.
 *
 * @param left left object of a pair
 * @param right right object of a pair
 * @param upper upper object of a pair
 * @param lower lower object of a pair
 * @param object a single object, or each of several equal ones
 * @param style style of the drawing
 * @param count number of objects, 1 to 5
 */
record Prediction(int left, int right, int upper, int lower, int object, Style style, int count) {

  /** Returns the object that is where a relation has its first object. */
  int first(Relation relation) {
    return switch (relation) {
      case LEFT -> left;
      case RIGHT -> right;
      case ABOVE -> upper;
      case BELOW -> lower;
    };
  }

  /** Returns whether the image has both objects, next to each other in any arrangement. */
  boolean hasBoth(int one, int other) {
    return isPair(left, right, one, other) || isPair(upper, lower, one, other);
  }

  private static boolean isPair(int first, int second, int one, int other) {
    return (first == one && second == other) || (first == other && second == one);
  }
}
