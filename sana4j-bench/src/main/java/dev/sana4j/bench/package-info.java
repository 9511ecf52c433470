/**
 * Benchmarks of networks and whole pipelines, in milliseconds and relative to the speed of the
 * machine.
 *
 * <p>{@link dev.sana4j.bench.PipelineReport} measures one image of a model, stage by stage. A
 * {@link dev.sana4j.bench.Shape} is a named network with its input, and a {@link
 * dev.sana4j.bench.Workload} is one that is ready to run. {@link dev.sana4j.bench.RoofReport}
 * measures all of them in a minute or two and prints a table. {@link
 * dev.sana4j.bench.NetworkBenchmark} measures one of them precisely with JMH.
 */
@NullMarked
package dev.sana4j.bench;

import org.jspecify.annotations.NullMarked;
