/**
 * The configs of a model: a {@link dev.sana4j.pipeline.model.ModelConfig} with the defaults of
 * requests, the choice of a precision, and checks before any weight is read. Not API, because it
 * uses the configs of the networks.
 */
@NullMarked
package dev.sana4j.pipeline.model;

import org.jspecify.annotations.NullMarked;
