/**
 * What names of models refer to: model folders, single networks and checkpoints in the original
 * layout. {@link dev.sana4j.pipeline.source.CheckpointModels} makes model folders of checkpoints;
 * it adds the parts that a checkpoint lacks from a table of published repositories.
 */
@NullMarked
package dev.sana4j.pipeline.source;

import org.jspecify.annotations.NullMarked;
