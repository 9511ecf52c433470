package dev.sana4j.pipeline.request;

/**
 * How long a text is.
 *
 * @param computed tokens that the text encoder computes for it
 * @param seen states of these, or of what was known before, that the transformer sees
 */
public record TextLength(int computed, int seen) {}
