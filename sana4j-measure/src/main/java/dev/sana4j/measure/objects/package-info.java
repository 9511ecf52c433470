/**
 * Checks of the objects in an image, as GenEval (arXiv 2310.11513) makes them: {@link
 * dev.sana4j.measure.objects.ObjectRules} in its public JSON form, applied to the {@link
 * dev.sana4j.measure.objects.Detection}s of any {@link dev.sana4j.measure.objects.Detector}.
 */
@NullMarked
package dev.sana4j.measure.objects;

import org.jspecify.annotations.NullMarked;
