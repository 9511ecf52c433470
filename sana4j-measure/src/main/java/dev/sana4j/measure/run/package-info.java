/**
 * Measures the images of many prompts: {@link dev.sana4j.measure.run.PromptList} reads them, {@link
 * dev.sana4j.measure.run.MeasureRun} makes and measures what is missing, {@link
 * dev.sana4j.measure.run.Summary} has the results.
 */
@NullMarked
package dev.sana4j.measure.run;

import org.jspecify.annotations.NullMarked;
