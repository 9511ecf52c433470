/**
 * Generates images from requests.
 *
 * <p>{@link dev.sana4j.pipeline.SanaPipeline} is the entry point: it opens a model folder, and
 * generates images on the heap from a {@link dev.sana4j.pipeline.request.GenerationRequest}. {@code
 * ModelConfig} and {@code SanaModel} are internal: the first reads the configs of a model and
 * checks requests before any weight is read, the second runs the networks on tensors.
 */
@NullMarked
package dev.sana4j.pipeline;

import org.jspecify.annotations.NullMarked;
