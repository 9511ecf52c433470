package dev.sana4j.pipeline.request;

/**
 * The length of a prompt in tokens.
 *
 * @param computed tokens that the text encoder computes
 * @param seen tokens that the transformer sees, including cached ones
 * @param dropped tokens at the end that exceed the maximum sequence length and have no effect
 */
public record TextLength(int computed, int seen, int dropped) {}
