/**
 * From a request to images.
 *
 * <p>{@link dev.sana4j.pipeline.SanaPipeline} is the entry: it opens a model folder, and turns a
 * {@link dev.sana4j.pipeline.request.GenerationRequest} into images on the heap. {@link
 * dev.sana4j.pipeline.request.ModelConfig} knows a model from its configs alone, and refuses
 * requests it cannot fulfil before any weight is read. {@link dev.sana4j.pipeline.engine.SanaModel}
 * joins the networks and speaks in tensors.
 */
@NullMarked
package dev.sana4j.pipeline;

import org.jspecify.annotations.NullMarked;
