/**
 * Runs the networks of a model on tensors. Not API; users work with {@link
 * dev.sana4j.pipeline.request}.
 */
@NullMarked
package dev.sana4j.pipeline.engine;

import org.jspecify.annotations.NullMarked;
