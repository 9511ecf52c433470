/**
 * A model as its configs describe it: a {@link dev.sana4j.pipeline.model.ModelConfig} with the
 * defaults of its requests, the choice of a precision, and the checks that refuse a request before
 * any weight is read. Not API: it names the configs of the networks.
 */
@NullMarked
package dev.sana4j.pipeline.model;

import org.jspecify.annotations.NullMarked;
