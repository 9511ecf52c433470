/**
 * From a request to images.
 *
 * <p>{@link dev.sana4j.pipeline.SanaPipeline} is the entry: it opens a model folder, and turns a
 * {@link dev.sana4j.pipeline.request.GenerationRequest} into images on the heap. Behind it, and not
 * API, {@code ModelConfig} knows a model from its configs and refuses requests it cannot fulfil
 * before any weight is read, and {@code SanaModel} joins the networks and speaks in tensors.
 */
@NullMarked
package dev.sana4j.pipeline;

import org.jspecify.annotations.NullMarked;
