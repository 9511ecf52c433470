/**
 * What can be asked, and of which model: a {@link dev.sana4j.pipeline.request.GenerationRequest}
 * with its task, a {@link dev.sana4j.pipeline.request.ModelConfig} that is read from configs alone,
 * and the checks that refuse a request before any weight is read.
 */
@NullMarked
package dev.sana4j.pipeline.request;

import org.jspecify.annotations.NullMarked;
