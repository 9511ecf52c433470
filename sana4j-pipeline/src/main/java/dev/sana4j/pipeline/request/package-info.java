/**
 * Requests: a {@link dev.sana4j.pipeline.request.GenerationRequest} with its {@link
 * dev.sana4j.pipeline.request.Task}, and a listener for the progress.
 */
@NullMarked
package dev.sana4j.pipeline.request;

import org.jspecify.annotations.NullMarked;
