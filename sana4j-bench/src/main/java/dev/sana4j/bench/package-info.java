/**
 * How fast networks and whole pipelines run, in milliseconds and as a share of what the machine can
 * do.
 *
 * <p>{@link dev.sana4j.bench.PipelineReport} measures one image of a model, stage by stage. A
 * {@link dev.sana4j.bench.Shape} names a network and its input, a {@link dev.sana4j.bench.Workload}
 * is one ready to run; {@link dev.sana4j.bench.RoofReport} times all of them in a minute or two and
 * prints a table; {@link dev.sana4j.bench.NetworkBenchmark} times one of them precisely under JMH.
 */
@NullMarked
package dev.sana4j.bench;

import org.jspecify.annotations.NullMarked;
