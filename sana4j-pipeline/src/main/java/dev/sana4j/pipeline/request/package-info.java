/**
 * Requests to a model: a {@link dev.sana4j.pipeline.request.GenerationRequest} with its {@link
 * dev.sana4j.pipeline.request.Task}, and a listener for its progress.
 */
@NullMarked
package dev.sana4j.pipeline.request;

import org.jspecify.annotations.NullMarked;
