package dev.sana4j.emoji.evaluate;

import java.util.List;

/**
 * What a scorer made of some images.
 *
 * @param predictions one an image
 * @param features the outputs of its last but one layer, one an image
 */
record ScorerOutput(List<Prediction> predictions, List<float[]> features) {}
