package dev.sana4j.train.loop;

/**
 * The figures of a step.
 *
 * @param step number of steps done, including this one
 * @param steps total number of steps
 * @param images images per step, of all workers together
 * @param loss mean over the step; NaN if it was not finite
 * @param gradientNorm before clipping
 * @param learningRate of this step
 * @param skipped steps skipped so far because their gradients were not finite
 */
public record StepReport(
    long step,
    long steps,
    int images,
    double loss,
    double gradientNorm,
    double learningRate,
    long skipped) {}
