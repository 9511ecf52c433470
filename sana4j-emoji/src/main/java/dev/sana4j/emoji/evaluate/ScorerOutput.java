package dev.sana4j.emoji.evaluate;

import java.util.List;

/**
 * Output of a scorer for some images.
 *
 * @param predictions one per image
 * @param features the outputs of its last but one layer, one per image
 */
record ScorerOutput(List<Prediction> predictions, List<float[]> features) {}
