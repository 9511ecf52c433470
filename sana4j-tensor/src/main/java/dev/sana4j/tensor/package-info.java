/**
 * Tensors on libtorch. This is the only package that imports libtorch's bindings.
 *
 * <p>A {@link dev.sana4j.tensor.Tensor} has one owner. Inside {@link
 * dev.sana4j.tensor.TensorScope#tidy} the owner is the scope: it frees the tensors that the body
 * created and hands the result to the enclosing scope. Outside of any scope the caller is the owner
 * and must close the tensor. {@link dev.sana4j.tensor.Tensors} and {@link
 * dev.sana4j.tensor.Generator} create tensors. {@link dev.sana4j.tensor.Functional} has the
 * functions of neural networks. {@link dev.sana4j.tensor.Libtorch} sets threads, devices and
 * gradients.
 *
 * <p>The process has a single number of threads for libtorch. {@link
 * dev.sana4j.tensor.ParallelParts#run} changes it while it runs, so concurrent calls wait for each
 * other.
 */
@NullMarked
package dev.sana4j.tensor;

import org.jspecify.annotations.NullMarked;
