package dev.sana4j.measure.run;

import dev.sana4j.measure.objects.ObjectRules;
import org.jspecify.annotations.Nullable;

/**
 * One image to make and to measure.
 *
 * @param id name of its files without extension, unique
 * @param prompt the prompt
 * @param seed the seed of its noise
 * @param rules what the image must show, or null
 */
public record MeasuredPrompt(String id, String prompt, long seed, @Nullable ObjectRules rules) {}
