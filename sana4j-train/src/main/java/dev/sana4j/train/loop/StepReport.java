package dev.sana4j.train.loop;

/**
 * The figures of a step.
 *
 * @param step how many are done, this one included
 * @param steps how many there will be
 * @param images how many images a step takes, of all workers together
 * @param loss mean over the step; NaN if it was not finite
 * @param gradientNorm before clipping
 * @param learningRate of this step
 * @param skipped steps so far that changed nothing because their gradients were not finite
 */
public record StepReport(
    long step,
    long steps,
    int images,
    double loss,
    double gradientNorm,
    double learningRate,
    long skipped) {}
