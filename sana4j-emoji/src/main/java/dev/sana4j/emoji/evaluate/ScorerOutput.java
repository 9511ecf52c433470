package dev.sana4j.emoji.evaluate;

import java.util.List;

/**
 * What a scorer made of some pictures.
 *
 * @param predictions one a picture
 * @param features the outputs of its last but one layer, one a picture
 */
record ScorerOutput(List<Prediction> predictions, List<float[]> features) {}
