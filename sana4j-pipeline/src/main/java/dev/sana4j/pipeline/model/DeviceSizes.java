package dev.sana4j.pipeline.model;

/**
 * The memory of the parts of a generation on a GPU, in bytes: weights, and tensors in addition
 * while a part works.
 *
 * @param textWeights weights of the text encoder
 * @param textWork while it encodes one text
 * @param transformerWeights weights of the transformer; those of a ControlNet are not counted
 * @param stepWork during a step
 * @param autoencoderWeights weights of the autoencoder
 * @param decodingWork while it decodes an image as a whole
 * @param tileWork while it decodes an image in tiles
 */
public record DeviceSizes(
    long textWeights,
    long textWork,
    long transformerWeights,
    long stepWork,
    long autoencoderWeights,
    long decodingWork,
    long tileWork) {}
