/**
 * Measures of generated images: {@link dev.sana4j.measure.ClipScorer}, {@link
 * dev.sana4j.measure.FrechetDistance} on {@link dev.sana4j.measure.FeatureStatistics}, and a {@link
 * dev.sana4j.measure.Judge} that chooses the best of several.
 */
@NullMarked
package dev.sana4j.measure;

import org.jspecify.annotations.NullMarked;
