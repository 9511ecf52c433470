/**
 * Tensors on libtorch, the only room that imports its bindings.
 *
 * <p>A {@link dev.sana4j.tensor.Tensor} has one owner. Inside {@link
 * dev.sana4j.tensor.TensorScope#tidy} the owner is the scope: what the body made is freed when it
 * ends, and its result is handed to the enclosing scope. Outside of any scope the owner is the
 * caller, who closes it. Tensors are made by {@link dev.sana4j.tensor.Tensors} and {@link
 * dev.sana4j.tensor.Generator}; the functions of neural networks are in {@link
 * dev.sana4j.tensor.Functional}; threads, devices and gradients are switched in {@link
 * dev.sana4j.tensor.Libtorch}.
 *
 * <p>libtorch's number of threads is one for the whole process. {@link
 * dev.sana4j.tensor.ParallelParts#run} changes it while it runs, so calls from several threads of a
 * process take turns.
 */
@NullMarked
package dev.sana4j.tensor;

import org.jspecify.annotations.NullMarked;
