/**
 * What tests of every room share: the leak guard, which is always on, and assertions on tensors.
 */
@NullMarked
package dev.sana4j.testkit;

import org.jspecify.annotations.NullMarked;
