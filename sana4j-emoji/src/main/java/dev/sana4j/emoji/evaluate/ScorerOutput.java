package dev.sana4j.emoji.evaluate;

import java.util.List;

/**
 * Output of a scorer for some images.
 *
 * @param predictions one per image
 * @param features outputs of the second to last layer, one per image
 */
record ScorerOutput(List<Prediction> predictions, List<float[]> features) {}
