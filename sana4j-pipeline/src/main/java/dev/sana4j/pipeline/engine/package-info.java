/**
 * The networks of a model at work, in tensors: not for users, who have {@link
 * dev.sana4j.pipeline.request}.
 */
@NullMarked
package dev.sana4j.pipeline.engine;

import org.jspecify.annotations.NullMarked;
