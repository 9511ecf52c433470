/**
 * Noise schedules and samplers: mathematics only, without networks or files.
 *
 * <p>A {@link dev.sana4j.diffusion.Sampler} turns noise into latents by calling a {@link
 * dev.sana4j.diffusion.Denoiser} at falling times. Samplers are immutable: a step is a function of
 * its index, the latents and the prediction. {@link dev.sana4j.diffusion.TrigFlow} and {@link
 * dev.sana4j.diffusion.ClassifierFreeGuidance} decorate a denoiser.
 */
@NullMarked
package dev.sana4j.diffusion;

import org.jspecify.annotations.NullMarked;
