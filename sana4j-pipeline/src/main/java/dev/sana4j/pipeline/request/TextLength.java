package dev.sana4j.pipeline.request;

/**
 * The length of a prompt in tokens.
 *
 * @param computed tokens that the text encoder computes
 * @param seen tokens that the transformer sees, including cached ones
 */
public record TextLength(int computed, int seen) {}
